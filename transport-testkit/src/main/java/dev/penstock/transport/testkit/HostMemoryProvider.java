// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Gives nodes the host memory that their own transport allocates: what the contracts run on unless told otherwise. */
public final class HostMemoryProvider implements TestMemoryProvider {
    /** Has no state. */
    public HostMemoryProvider() {}

    @Override
    public TestMemory open(Supplier<HostRegions> host, RegionIds ids) {
        return new Blocks(host, ids);
    }

    private static final class Blocks implements TestMemory {
        private final Supplier<HostRegions> source;
        private final RegionIds ids;
        private final Map<Integer, HostRegion> blocks = new HashMap<>();

        private Blocks(Supplier<HostRegions> source, RegionIds ids) {
            this.source = source;
            this.ids = ids;
        }

        @Override
        public Region allocate(long lengthBytes) {
            HostRegion block = source.get().allocate(lengthBytes);
            Region region =
                    new Region(ids.next(), MemoryKind.HOST, 0, block.nativeAddress(), block.lengthBytes(), block);
            blocks.put(region.id().value(), block);
            return region;
        }

        @Override
        public void read(Span from, ByteBuffer to) {
            to.put(window(from));
        }

        @Override
        public void write(ByteBuffer from, Span to) {
            window(to).put(from);
        }

        private ByteBuffer window(Span span) {
            HostRegion block = Objects.requireNonNull(blocks.get(span.region().value()), "a region of this memory");
            return block.window(span.offsetBytes(), Math.toIntExact(span.lengthBytes()));
        }

        @Override
        public void close() {
            blocks.values().forEach(HostRegion::close);
        }
    }
}
