// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/**
 * Test content that depends on a seed and on the position of every byte: the definition that every implementation, on a
 * CPU or a GPU, must equal.
 *
 * <p>Word {@code i} of the pattern with seed {@code s} is {@link #word word(s, i)}, stored little-endian; a length that is no
 * multiple of 8 ends with the low bytes of the next word. Two seeds have nothing in common, so that an object at the wrong
 * place, and one whose pages were swapped, are noticed like a wrong bit.
 */
public final class Pattern {
    /** What one step of the word index adds before the mix: 2^64 divided by the golden ratio. */
    public static final long STEP = 0x9E3779B97F4A7C15L;

    private Pattern() {}

    /** Word {@code wordIndex} of the pattern of {@code seed}. */
    public static long word(long seed, long wordIndex) {
        return mix(base(seed) + wordIndex * STEP);
    }

    /** What a loop over the words of one seed begins with: word {@code i} is {@code mix(base(seed) + i * STEP)}. */
    public static long base(long seed) {
        return mix(seed) + STEP;
    }

    /** The finalizer of SplitMix64: every bit of the result depends on every bit of {@code value}. */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
