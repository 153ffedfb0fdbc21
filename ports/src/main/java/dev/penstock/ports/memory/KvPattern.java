// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.List;

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
     * Fills spans, each with the pattern of a seed of its own. Where each call costs a round trip to a device, this costs one
     * for all of them.
     *
     * @param seeds of the spans
     * @throws IllegalArgumentException if a span is not within its region; spans before it may have been written
     */
    default void fillAll(List<Span> spans, long[] seeds) {
        for (int i = 0; i < spans.size(); i++) {
            fill(spans.get(i), seeds[i]);
        }
    }

    /**
     * Fills many rows of one length in one region, each with the pattern of a seed of its own. Where each call costs a round
     * trip to a device, this costs one for all of them.
     *
     * @param offsets where the rows begin in the region; the first {@code count} count
     * @param seeds of the rows
     * @throws IllegalArgumentException if a row is not within the region; rows before it may have been written
     */
    default void fillRows(RegionId region, int rowBytes, long[] offsets, long[] seeds, int count) {
        for (int i = 0; i < count; i++) {
            fill(new Span(region, offsets[i], rowBytes), seeds[i]);
        }
    }

    /**
     * Compares many rows with what {@link #fillRows} writes there.
     *
     * @return how many bytes before the first wrong one are right, counted through all rows in the order of the arrays; -1 if
     *     all are right
     * @throws IllegalArgumentException if a row is not within the region
     */
    default long firstMismatchInRows(RegionId region, int rowBytes, long[] offsets, long[] seeds, int count) {
        for (int i = 0; i < count; i++) {
            long wrong = firstMismatch(new Span(region, offsets[i], rowBytes), seeds[i]);
            if (wrong >= 0) {
                return (long) i * rowBytes + wrong;
            }
        }
        return -1;
    }
}
