// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of an object that stay where they arrived, and the pages that they hold. Kept in arrays that double, so that a
 * piece costs no allocation of its own.
 */
final class HeldPieces {
    private static final int[] NO_PAGES = {};
    private static final long[] NO_RUNS = {};

    /** All pages of a pipe are in one region. */
    private @Nullable RegionId region;

    private long[] runOffset = NO_RUNS;
    private long[] runBytes = NO_RUNS;
    private int runs;

    private int[] pages = NO_PAGES;
    private int pageCount;

    /** Adds the next piece; returns whether its page was not held before. */
    boolean add(int page, RegionId inRegion, long offsetBytes, long lengthBytes) {
        region = inRegion;
        if (runs > 0 && runOffset[runs - 1] + runBytes[runs - 1] == offsetBytes) {
            runBytes[runs - 1] += lengthBytes;
        } else {
            if (runs == runOffset.length) {
                int room = Math.max(1, 2 * runs);
                runOffset = Arrays.copyOf(runOffset, room);
                runBytes = Arrays.copyOf(runBytes, room);
            }
            runOffset[runs] = offsetBytes;
            runBytes[runs] = lengthBytes;
            runs++;
        }
        if (pageCount > 0 && pages[pageCount - 1] == page) {
            return false;
        }
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, Math.max(1, 2 * pageCount));
        }
        pages[pageCount++] = page;
        return true;
    }

    /** The pieces in order, those that lie side by side as one. */
    List<Span> spans() {
        List<Span> spans = new ArrayList<>(runs);
        for (int i = 0; i < runs; i++) {
            spans.add(new Span(Objects.requireNonNull(region), runOffset[i], runBytes[i]));
        }
        return List.copyOf(spans);
    }

    /** How many pages there are, each counted once. */
    int pageCount() {
        return pageCount;
    }

    /** A page, in the order in which they were added. */
    int page(int index) {
        return pages[Objects.checkIndex(index, pageCount)];
    }

    /** A copy of the pages. */
    int[] pages() {
        return Arrays.copyOf(pages, pageCount);
    }
}
