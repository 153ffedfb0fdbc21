// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.Digest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The loops over bytes. Offsets need no alignment; buffers may have any byte order, since words are always read
 * little-endian.
 *
 * <p>Loops have one index that a constant bounds, and a constant distance between source and destination, so that the JIT
 * compiler moves the bounds checks out of them; with two indices they take a fifth longer.
 *
 * <p>Long runs are digested in {@link #STREAMS} places at a time. A CPU fetches ahead within a page of 4 KiB and begins anew with
 * each: while it does so in one place, the others keep its memory busy. {@code HostMemoryBenchmark} shows what it gains.
 */
final class ByteLoops {
    /**
     * A little-endian word of a buffer. Loops call it themselves: a method around it is inlined, unless it happens to be
     * compiled by itself before the loop is and is too large then; in that process the loop takes four times as long.
     */
    static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private static final int STREAMS = 4;
    /** From one place to the next; some pages. */
    private static final int STREAM_BYTES = 16 << 10;
    /** What is worked on in several places at a time. */
    static final int BLOCK_BYTES = STREAMS * STREAM_BYTES;

    /** From the key of a unit to that of the unit in the next place. */
    private static final long STREAM_STEP = keyAt(STREAM_BYTES);

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10);

    private ByteLoops() {}

    /** Some zeros to copy from, with a position and a limit of the caller's own. */
    static ByteBuffer zeros() {
        return ZEROS.asReadOnlyBuffer();
    }

    static void copy(ByteBuffer from, int fromIndex, ByteBuffer to, int toIndex, int lengthBytes) {
        to.put(toIndex, from, fromIndex, lengthBytes);
    }

    static void zero(ByteBuffer to, int toIndex, int lengthBytes) {
        for (int done = 0; done < lengthBytes; done += ZEROS.capacity()) {
            to.put(toIndex + done, ZEROS, 0, Math.min(ZEROS.capacity(), lengthBytes - done));
        }
    }

    /** The digest of a piece that begins {@code objectOffsetBytes}, a multiple of a unit, after its object's start. */
    static long digest(ByteBuffer from, int fromIndex, int lengthBytes, long objectOffsetBytes) {
        long sum = 0;
        long key = keyAt(objectOffsetBytes);
        int end = fromIndex + lengthBytes;
        int i = fromIndex;
        for (; i <= end - BLOCK_BYTES; i += BLOCK_BYTES) {
            sum += digestBlock(from, i, key);
            key += STREAMS * STREAM_STEP;
        }
        return sum + digestRun(from, i, end, key);
    }

    private static long keyAt(long objectOffsetBytes) {
        return objectOffsetBytes / Digest.UNIT_BYTES * Digest.STEP;
    }

    private static long digestBlock(ByteBuffer from, int start, long startKey) {
        long first = 0;
        long second = 0;
        long third = 0;
        long fourth = 0;
        long key = startKey;
        int end = start + STREAM_BYTES;
        for (int i = start; i <= end - 16; i += 16) {
            first += Digest.unit((long) WORD.get(from, i), (long) WORD.get(from, i + 8), key);
            second += Digest.unit(
                    (long) WORD.get(from, i + STREAM_BYTES),
                    (long) WORD.get(from, i + 8 + STREAM_BYTES),
                    key + STREAM_STEP);
            third += Digest.unit(
                    (long) WORD.get(from, i + 2 * STREAM_BYTES),
                    (long) WORD.get(from, i + 8 + 2 * STREAM_BYTES),
                    key + 2 * STREAM_STEP);
            fourth += Digest.unit(
                    (long) WORD.get(from, i + 3 * STREAM_BYTES),
                    (long) WORD.get(from, i + 8 + 3 * STREAM_BYTES),
                    key + 3 * STREAM_STEP);
            key += Digest.STEP;
        }
        return first + second + third + fourth;
    }

    private static long digestRun(ByteBuffer from, int start, int end, long startKey) {
        // Two sums, so that the latency of one multiplication hides behind the other.
        long even = 0;
        long odd = 0;
        long key = startKey;
        int i = start;
        for (; i <= end - 32; i += 32) {
            even += Digest.unit((long) WORD.get(from, i), (long) WORD.get(from, i + 8), key);
            odd += Digest.unit((long) WORD.get(from, i + 16), (long) WORD.get(from, i + 24), key + Digest.STEP);
            key = key + Digest.STEP + Digest.STEP;
        }
        if (i <= end - 16) {
            even += Digest.unit((long) WORD.get(from, i), (long) WORD.get(from, i + 8), key);
            key += Digest.STEP;
            i += 16;
        }
        return even + odd + tail(from, i, end - i, key);
    }

    /**
     * Copies a piece and computes its digest in one pass. Copying a tile and digesting it in the CPU's cache takes up to a
     * quarter longer: while the one loop works in the cache, the memory waits.
     */
    static long copyAndDigest(
            ByteBuffer from, int fromIndex, ByteBuffer to, int toIndex, int lengthBytes, long objectOffsetBytes) {
        long sum = 0;
        long key = keyAt(objectOffsetBytes);
        int distance = toIndex - fromIndex;
        int end = fromIndex + lengthBytes;
        int i = fromIndex;
        for (; i <= end - BLOCK_BYTES; i += BLOCK_BYTES) {
            sum += copyAndDigestBlock(from, i, to, distance, key);
            key += STREAMS * STREAM_STEP;
        }
        return sum + copyAndDigestRun(from, i, end, to, distance, key);
    }

    private static long copyAndDigestBlock(ByteBuffer from, int start, ByteBuffer to, int distance, long startKey) {
        long first = 0;
        long second = 0;
        long third = 0;
        long fourth = 0;
        long key = startKey;
        int end = start + STREAM_BYTES;
        for (int i = start; i <= end - 16; i += 16) {
            // All loads before the first store: they are under way together.
            long a = (long) WORD.get(from, i);
            long b = (long) WORD.get(from, i + 8);
            long c = (long) WORD.get(from, i + STREAM_BYTES);
            long d = (long) WORD.get(from, i + 8 + STREAM_BYTES);
            long e = (long) WORD.get(from, i + 2 * STREAM_BYTES);
            long f = (long) WORD.get(from, i + 8 + 2 * STREAM_BYTES);
            long g = (long) WORD.get(from, i + 3 * STREAM_BYTES);
            long h = (long) WORD.get(from, i + 8 + 3 * STREAM_BYTES);
            WORD.set(to, i + distance, a);
            WORD.set(to, i + 8 + distance, b);
            WORD.set(to, i + STREAM_BYTES + distance, c);
            WORD.set(to, i + 8 + STREAM_BYTES + distance, d);
            WORD.set(to, i + 2 * STREAM_BYTES + distance, e);
            WORD.set(to, i + 8 + 2 * STREAM_BYTES + distance, f);
            WORD.set(to, i + 3 * STREAM_BYTES + distance, g);
            WORD.set(to, i + 8 + 3 * STREAM_BYTES + distance, h);
            first += Digest.unit(a, b, key);
            second += Digest.unit(c, d, key + STREAM_STEP);
            third += Digest.unit(e, f, key + 2 * STREAM_STEP);
            fourth += Digest.unit(g, h, key + 3 * STREAM_STEP);
            key += Digest.STEP;
        }
        return first + second + third + fourth;
    }

    private static long copyAndDigestRun(
            ByteBuffer from, int start, int end, ByteBuffer to, int distance, long startKey) {
        long even = 0;
        long odd = 0;
        long key = startKey;
        int i = start;
        for (; i <= end - 32; i += 32) {
            long a = (long) WORD.get(from, i);
            long b = (long) WORD.get(from, i + 8);
            long c = (long) WORD.get(from, i + 16);
            long d = (long) WORD.get(from, i + 24);
            WORD.set(to, i + distance, a);
            WORD.set(to, i + 8 + distance, b);
            WORD.set(to, i + 16 + distance, c);
            WORD.set(to, i + 24 + distance, d);
            even += Digest.unit(a, b, key);
            odd += Digest.unit(c, d, key + Digest.STEP);
            key = key + Digest.STEP + Digest.STEP;
        }
        if (i <= end - 16) {
            long a = (long) WORD.get(from, i);
            long b = (long) WORD.get(from, i + 8);
            WORD.set(to, i + distance, a);
            WORD.set(to, i + 8 + distance, b);
            even += Digest.unit(a, b, key);
            key += Digest.STEP;
            i += 16;
        }
        to.put(i + distance, from, i, end - i);
        return even + odd + tail(from, i, end - i, key);
    }

    private static long tail(ByteBuffer from, int index, int lengthBytes, long key) {
        if (lengthBytes == 0) {
            return 0;
        }
        return Digest.unit(
                partialWord(from, index, Math.min(lengthBytes, 8)),
                partialWord(from, index + 8, Math.max(0, lengthBytes - 8)),
                key);
    }

    /** The next {@code lengthBytes} bytes, 0 to 8, as the low bytes of a word. */
    static long partialWord(ByteBuffer from, int index, int lengthBytes) {
        long word = 0;
        for (int i = 0; i < lengthBytes; i++) {
            word |= (from.get(index + i) & 0xFFL) << (8 * i);
        }
        return word;
    }
}
