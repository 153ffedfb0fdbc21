// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.PatternRows;
import dev.penstock.ports.memory.Span;
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
    public void fill(PatternRows rows) {
        Rows checked = new Rows(rows, memory.addresses(rows));
        memory.blocking().run(access -> access.fillRows(checked));
    }

    @Override
    public int firstWrongRow(PatternRows rows) {
        Rows checked = new Rows(rows, memory.addresses(rows));
        return (int) memory.blocking().ask(access -> access.firstWrongRow(checked));
    }

    /** The rows of one call, with their addresses. */
    private static final class Rows implements BlockingAccess.RowSource {
        private final PatternRows rows;
        private final long[] addresses;

        Rows(PatternRows rows, long[] addresses) {
            this.rows = rows;
            this.addresses = addresses;
        }

        @Override
        public int count() {
            return addresses.length;
        }

        @Override
        public long bytes(int row) {
            return rows.lengthBytes(row);
        }

        @Override
        public long address(int row) {
            return addresses[row];
        }

        @Override
        public long base(int row) {
            return Pattern.base(rows.seed(row));
        }
    }
}
