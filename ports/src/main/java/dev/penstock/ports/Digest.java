// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

import java.nio.LongBuffer;

/**
 * The 64-bit digest of an object's bytes: the definition that every implementation, on a CPU or a GPU, must equal.
 *
 * <p>The object is cut into units of 16 bytes, the last one padded with zero bytes. Unit {@code p} holds the two
 * little-endian 64-bit words {@code a} and {@code b}. The digest is the sum modulo 2^64 over all units of
 *
 * <pre>{@code fold((a ^ k) * (b ^ (k + OFFSET)))   with k = p * STEP}</pre>
 *
 * where the product is the full signed 128-bit one and {@code fold} is the exclusive or of its halves. Addition makes it
 * independent of order: pieces may be digested anywhere, in any order and in parallel, and their sums added, as long as
 * pieces begin at a multiple of {@link #UNIT_BYTES} of the object. The position enters through {@code k}, so swapped units
 * are noticed too.
 *
 * <p>It finds damage by hardware and by software bugs; it is no defence against a forger. The multiply-and-fold step is
 * the one of the wyhash family; {@link #STEP} is 2^64 divided by the golden ratio, {@link #OFFSET} a constant of wyhash.
 */
public final class Digest {
    /** The name that the session's compatibility check compares. */
    public static final String NAME = "mum64-v1";
    /** A piece starts at a multiple of this many bytes of its object. */
    public static final int UNIT_BYTES = 16;
    /** The growth of a unit's key from one position to the next. */
    public static final long STEP = 0x9E3779B97F4A7C15L;
    /** The distance between the keys of the two words of a unit. */
    public static final long OFFSET = 0xA0761D6478BD642FL;

    private Digest() {}

    /** What the unit at {@code key = position * STEP} with the words {@code a} and {@code b} adds to the digest. */
    public static long unit(long a, long b, long key) {
        long x = a ^ key;
        long y = b ^ (key + OFFSET);
        return (x * y) ^ Math.multiplyHigh(x, y);
    }

    /**
     * The digest of whole units.
     *
     * @param words little-endian words
     * @param fromWord index of the first word
     * @param wordCount number of words, even
     * @param unitPosition position of the first unit in its object
     */
    public static long ofWords(LongBuffer words, int fromWord, int wordCount, long unitPosition) {
        // Two independent sums: the latency of one multiplication hides behind the other.
        long even = 0;
        long odd = 0;
        long key = unitPosition * STEP;
        int end = fromWord + wordCount;
        int i = fromWord;
        for (; i <= end - 4; i += 4) {
            even += unit(words.get(i), words.get(i + 1), key);
            odd += unit(words.get(i + 2), words.get(i + 3), key + STEP);
            key = key + STEP + STEP;
        }
        if (i < end) {
            even += unit(words.get(i), words.get(i + 1), key);
        }
        return even + odd;
    }
}
