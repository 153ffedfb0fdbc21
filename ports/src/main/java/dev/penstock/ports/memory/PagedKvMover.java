// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import dev.penstock.ports.Digest;
import java.util.List;

/**
 * Moves rows between a paged KV cache and dense memory, asynchronously, with the digest of what it moved. Polled with the
 * {@link Memory} it belongs to. Methods belong to the loop's thread.
 */
public interface PagedKvMover {
    /**
     * Begins to copy rows from the paged cache into dense memory. The list and the array belong to the mover until the
     * completion is called.
     *
     * @param pieces one request's pieces
     * @param digests receives, when it is not empty, per piece what it adds to its object's digest; same size as
     *     {@code pieces}, or empty for no digests
     * @throws IllegalArgumentException if a slot mapping entry of one of a piece's tokens is not -1 and not below the
     *     cache's token slots, a span is not within its region, a dense span overlaps a layer of its piece, the sizes
     *     differ, or digests are wanted of a piece that does not begin at a multiple of {@link Digest#UNIT_BYTES} of its
     *     object; nothing was begun
     * @throws IllegalStateException after the memory was closed
     */
    void submitGather(List<PagedPiece> pieces, long[] digests, Completion completion);

    /**
     * Begins to copy rows from dense memory into the paged cache. Arguments as in {@link #submitGather}; digests are of the
     * dense rows, including those that -1 entries skip. Where two tokens have the same place, one of the two rows ends
     * there.
     *
     * @throws IllegalArgumentException as in {@link #submitGather}
     * @throws IllegalStateException as in {@link #submitGather}
     */
    void submitScatter(List<PagedPiece> pieces, long[] digests, Completion completion);
}
