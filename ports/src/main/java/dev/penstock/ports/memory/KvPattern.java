// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/**
 * Fills spans with the {@link Pattern} of a seed and checks them, at the speed of the memory. For tests, demonstrations and
 * benchmarks, not for the data path: the methods block until they are done. Any thread may call for spans that it owns.
 */
public interface KvPattern {
    /**
     * Fills the span; its first byte is the first of the pattern.
     *
     * @throws IllegalArgumentException if the span is not within its region; nothing was written
     */
    void fill(Span span, long seed);

    /**
     * Compares the span with what {@link #fill} writes there.
     *
     * @return where in the span the first wrong byte is, -1 if all are right
     * @throws IllegalArgumentException if the span is not within its region
     */
    default long firstMismatch(Span span, long seed) {
        return firstMismatch(span, seed, 0);
    }

    /**
     * Compares the span with a later part of the pattern.
     *
     * @param patternOffsetBytes which byte of the pattern the span's first one is, a multiple of 8
     * @return where in the span the first wrong byte is, -1 if all are right
     * @throws IllegalArgumentException if the span is not within its region, or the offset is no multiple of 8
     */
    long firstMismatch(Span span, long seed, long patternOffsetBytes);

    /**
     * Fills rows, each with the pattern of its own seed. Where each call costs a round trip to a device, this costs one for
     * many of them.
     *
     * @throws IllegalArgumentException if a row is not within its region; rows before it may have been written
     */
    default void fill(PatternRows rows) {
        for (int i = 0; i < rows.size(); i++) {
            fill(rows.span(i), rows.seed(i));
        }
    }

    /**
     * Compares rows with what {@link #fill(PatternRows)} writes there.
     *
     * @return the index of the first row in which a byte is wrong, -1 if all are right; {@link #firstMismatch(Span, long)}
     *     tells which byte it is
     * @throws IllegalArgumentException if a row is not within its region
     */
    default int firstWrongRow(PatternRows rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (firstMismatch(rows.span(i), rows.seed(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }
}
