// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.Objects;

/** Fills and checks spans on the GPU. */
public final class CudaPattern implements KvPattern {
    private final CudaMemory memory;

    /** Fills and checks spans of {@code memory}. */
    public CudaPattern(CudaMemory memory) {
        this.memory = Objects.requireNonNull(memory, "memory");
    }

    @Override
    public void fill(Span span, long seed) {
        memory.check(span);
        long address = memory.address(span.region()) + span.offsetBytes();
        memory.blocking().run(access -> access.fill(address, span.lengthBytes(), Pattern.base(seed)));
    }

    @Override
    public void fillAll(List<Span> spans, long[] seeds) {
        for (Span span : spans) {
            memory.check(span);
        }
        memory.blocking()
                .run(access ->
                        access.fillAll(spans, span -> memory.address(span.region()) + span.offsetBytes(), seeds));
    }

    @Override
    public long firstMismatch(Span span, long seed, long patternOffsetBytes) {
        if (patternOffsetBytes < 0 || patternOffsetBytes % Long.BYTES != 0) {
            throw new IllegalArgumentException("a pattern from byte " + patternOffsetBytes + " on");
        }
        memory.check(span);
        long base = Pattern.base(seed) + patternOffsetBytes / Long.BYTES * Pattern.STEP;
        long address = memory.address(span.region()) + span.offsetBytes();
        return memory.blocking().ask(access -> access.firstMismatch(address, span.lengthBytes(), base));
    }

    @Override
    public void fillRows(RegionId region, int rowBytes, long[] offsets, long[] seeds, int count) {
        checkRows(region, rowBytes, offsets, count);
        Rows rows = new Rows(memory.address(region), offsets, seeds);
        memory.blocking().run(access -> access.fillRows(rows, count, rowBytes));
    }

    @Override
    public long firstMismatchInRows(RegionId region, int rowBytes, long[] offsets, long[] seeds, int count) {
        checkRows(region, rowBytes, offsets, count);
        Rows rows = new Rows(memory.address(region), offsets, seeds);
        return memory.blocking().ask(access -> access.firstMismatchInRows(rows, count, rowBytes));
    }

    private void checkRows(RegionId region, int rowBytes, long[] offsets, int count) {
        long end = memory.region(region).lengthBytes() - rowBytes;
        for (int i = 0; i < count; i++) {
            if (offsets[i] < 0 || offsets[i] > end) {
                throw new IllegalArgumentException(
                        "a row of " + rowBytes + " bytes at " + offsets[i] + " is not within " + region);
            }
        }
    }

    // Made for one call and never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Rows(long begin, long[] offsets, long[] seeds) implements BlockingAccess.RowSource {
        @Override
        public long address(int row) {
            return begin + offsets[row];
        }

        @Override
        public long base(int row) {
            return Pattern.base(seeds[row]);
        }
    }
}
