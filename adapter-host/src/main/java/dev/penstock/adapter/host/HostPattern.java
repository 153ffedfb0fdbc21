// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Fills and checks spans of any memory that the host can address. */
public final class HostPattern implements KvPattern {
    private final Memory memory;

    /** Fills and checks spans of {@code memory}. */
    public HostPattern(Memory memory) {
        this.memory = Objects.requireNonNull(memory, "memory");
    }

    @Override
    public void fill(Span span, long seed) {
        checkEnd(span);
        for (long from = 0; from < span.lengthBytes(); from += HostRegion.MAX_WINDOW_BYTES) {
            fill(view(span, from), Pattern.base(seed) + from / Long.BYTES * Pattern.STEP);
        }
    }

    private static void fill(ByteBuffer view, long base) {
        long state = base;
        int end = view.limit();
        int i = 0;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            ByteLoops.WORD.set(view, i, Pattern.mix(state));
            state += Pattern.STEP;
        }
        long last = Pattern.mix(state);
        for (; i < end; i++) {
            view.put(i, (byte) last);
            last >>>= Byte.SIZE;
        }
    }

    @Override
    public long firstMismatch(Span span, long seed, long patternOffsetBytes) {
        if (patternOffsetBytes < 0 || patternOffsetBytes % Long.BYTES != 0) {
            throw new IllegalArgumentException("a pattern from byte " + patternOffsetBytes + " on");
        }
        checkEnd(span);
        for (long from = 0; from < span.lengthBytes(); from += HostRegion.MAX_WINDOW_BYTES) {
            long word = (patternOffsetBytes + from) / Long.BYTES;
            int at = firstMismatch(view(span, from), Pattern.base(seed) + word * Pattern.STEP);
            if (at >= 0) {
                return from + at;
            }
        }
        return -1;
    }

    private static int firstMismatch(ByteBuffer view, long base) {
        long state = base;
        int end = view.limit();
        int i = 0;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long difference = (long) ByteLoops.WORD.get(view, i) ^ Pattern.mix(state);
            if (difference != 0) {
                return i + Long.numberOfTrailingZeros(difference) / Byte.SIZE;
            }
            state += Pattern.STEP;
        }
        long last = Pattern.mix(state);
        for (; i < end; i++) {
            if (view.get(i) != (byte) last) {
                return i;
            }
            last >>>= Byte.SIZE;
        }
        return -1;
    }

    /** The end of a span is within its region only if all of it is; found out before the first byte is touched. */
    private void checkEnd(Span span) {
        memory.hostView(span.slice(span.lengthBytes(), 0));
    }

    private ByteBuffer view(Span span, long from) {
        return memory.hostView(span.slice(from, Math.min(span.lengthBytes() - from, HostRegion.MAX_WINDOW_BYTES)));
    }
}
