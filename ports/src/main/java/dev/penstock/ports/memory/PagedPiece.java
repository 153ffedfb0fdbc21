// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.Objects;

/**
 * A run of rows of one chunk object, on its way between a paged cache and dense memory.
 *
 * <p>The object's rows are numbered in the order of its layout: row {@code r} is token {@code r % tokens} of the
 * (layer, plane) pair {@code r / tokens}, the pairs being ordered by {@code layout}.
 *
 * @param cache the paged cache
 * @param firstLayer the cache's layer that is the object's layer 0
 * @param layerCount layers of the object
 * @param layout the object's axis order
 * @param slotMapping the place of each token of the sequence in the cache; -1: no place (a gather writes zeros, a scatter
 *     skips the row). Not copied: the owner must leave it alone until the request completes
 * @param firstToken index into {@code slotMapping} of the object's token 0
 * @param tokens tokens of the object
 * @param firstRow the first row of the run
 * @param rows rows of the run
 * @param dense where the run's rows are, or go, densely; {@code rows * rowBytes} bytes
 */
// Made for every chunk that moves and never compared: the mapping is shared, not copied.
@SuppressWarnings("ArrayRecordComponent")
public record PagedPiece(
        PagedKv cache,
        int firstLayer,
        int layerCount,
        ChunkLayout layout,
        int[] slotMapping,
        int firstToken,
        int tokens,
        int firstRow,
        int rows,
        Span dense) {
    /** Checks that the run is within the object, the object's tokens within the mapping, and the dense span of the right size. */
    public PagedPiece {
        PagedKvLayout cacheLayout = cache.layout();
        Objects.checkFromIndexSize(firstLayer, layerCount, cacheLayout.layers());
        Objects.checkFromIndexSize(firstToken, tokens, slotMapping.length);
        int objectRows = Math.multiplyExact(Math.multiplyExact(layerCount, cacheLayout.planes()), tokens);
        Objects.checkFromIndexSize(firstRow, rows, objectRows);
        if (dense.lengthBytes() != (long) rows * cacheLayout.rowBytes()) {
            throw new IllegalArgumentException(rows + " rows of " + cacheLayout.rowBytes()
                    + " bytes do not fill a span of " + dense.lengthBytes());
        }
    }

    /** Where the run begins in its object, in bytes. */
    public long objectOffsetBytes() {
        return (long) firstRow * cache.layout().rowBytes();
    }
}
