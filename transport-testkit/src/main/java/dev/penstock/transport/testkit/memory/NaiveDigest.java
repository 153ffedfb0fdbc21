// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import dev.penstock.ports.Digest;
import java.math.BigInteger;

/** The digest as its definition reads, byte by byte and with products of unlimited length: what implementations must equal. */
public final class NaiveDigest {
    private static final int WORD_BYTES = Digest.UNIT_BYTES / 2;

    private NaiveDigest() {}

    /** The digest of a whole object. */
    public static long of(byte[] object) {
        return of(object, 0);
    }

    /** What a piece adds that begins {@code objectOffsetBytes}, a multiple of the unit, after its object's start. */
    public static long of(byte[] piece, long objectOffsetBytes) {
        long sum = 0;
        for (int at = 0; at < piece.length; at += Digest.UNIT_BYTES) {
            long position = (objectOffsetBytes + at) / Digest.UNIT_BYTES;
            long key = position * Digest.STEP;
            BigInteger x = BigInteger.valueOf(word(piece, at) ^ key);
            BigInteger y = BigInteger.valueOf(word(piece, at + WORD_BYTES) ^ (key + Digest.OFFSET));
            BigInteger product = x.multiply(y);
            sum += product.longValue() ^ product.shiftRight(Long.SIZE).longValue();
        }
        return sum;
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = 0; i < WORD_BYTES && at + i < bytes.length; i++) {
            word |= (bytes[at + i] & 0xFFL) << (Byte.SIZE * i);
        }
        return word;
    }
}
