// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.adapter.host.HostPattern;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.transport.KvTransport;
import jakarta.inject.Singleton;

/** Memory of the host, of the kind that the transport moves best. */
@Module
interface HostMemoryModule {
    @Provides
    @Singleton
    static HostMemory hostMemory(KvTransport transport) {
        return new HostMemory(transport.hostRegions());
    }

    @Binds
    Memory memory(HostMemory memory);

    @Provides
    @Singleton
    static PagedKvMover mover(HostMemory memory) {
        return new HostPagedKvMover(memory);
    }

    @Provides
    @Singleton
    static KvPattern pattern(HostMemory memory) {
        return new HostPattern(memory);
    }
}
