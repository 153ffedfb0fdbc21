// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.Module;
import dagger.Provides;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.transport.KvTransport;
import jakarta.inject.Singleton;

/** Memory of the device that the node was told. */
@Module
final class MemoryModule {
    private MemoryModule() {}

    @Provides
    @Singleton
    static NodeDevice device(NodeSettings settings) {
        return NodeDevice.open(settings.device());
    }

    @Provides
    @Singleton
    static NodeMemory nodeMemory(NodeDevice device, KvTransport transport) {
        return device.memory(transport.hostRegions(), new RegionIds());
    }

    @Provides
    static Memory memory(NodeMemory memory) {
        return memory.memory();
    }

    @Provides
    static PagedKvMover mover(NodeMemory memory) {
        return memory.mover();
    }

    @Provides
    static KvPattern pattern(NodeMemory memory) {
        return memory.pattern();
    }
}
