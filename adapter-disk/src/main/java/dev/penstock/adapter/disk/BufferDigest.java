// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.ports.Digest;
import java.nio.ByteBuffer;

/** The digest of bytes in a buffer. */
final class BufferDigest {
    private BufferDigest() {}

    /**
     * What these bytes add to the digest of their object.
     *
     * @param bytes little-endian, from position 0 to the limit
     * @param objectOffsetBytes where they begin in the object, a multiple of {@link Digest#UNIT_BYTES}
     */
    static long of(ByteBuffer bytes, long objectOffsetBytes) {
        int length = bytes.limit();
        int units = length / Digest.UNIT_BYTES;
        long position = objectOffsetBytes / Digest.UNIT_BYTES;
        long sum = Digest.ofWords(bytes.asLongBuffer(), 0, 2 * units, position);
        int tail = units * Digest.UNIT_BYTES;
        if (tail < length) {
            long a = word(bytes, tail, length);
            long b = word(bytes, tail + Long.BYTES, length);
            sum += Digest.unit(a, b, (position + units) * Digest.STEP);
        }
        return sum;
    }

    /** The word at {@code from}, with zeros for what is not there. */
    private static long word(ByteBuffer bytes, int from, int length) {
        long word = 0;
        for (int i = from; i < Math.min(length, from + Long.BYTES); i++) {
            word |= (bytes.get(i) & 0xFFL) << (8 * (i - from));
        }
        return word;
    }
}
