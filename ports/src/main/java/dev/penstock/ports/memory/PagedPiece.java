// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import dev.penstock.ports.Digest;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

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

    /**
     * Checks what {@link PagedKvMover} asks of each piece of a request, so that whoever moves its rows may follow the mapping
     * without looking.
     *
     * @param digests one for each piece, or none
     * @param withinRegion throws {@link IllegalArgumentException} for a span that is not within its region
     * @throws IllegalArgumentException as {@link PagedKvMover#submitGather} says
     */
    public static void checkAll(List<PagedPiece> pieces, long[] digests, Consumer<Span> withinRegion) {
        if (digests.length != 0 && digests.length != pieces.size()) {
            throw new IllegalArgumentException(digests.length + " digests for " + pieces.size() + " pieces");
        }
        for (int i = 0; i < pieces.size(); i++) {
            PagedPiece piece = pieces.get(i);
            piece.checkSpans(withinRegion);
            piece.checkSlots();
            if (digests.length != 0 && piece.objectOffsetBytes() % Digest.UNIT_BYTES != 0) {
                throw new IllegalArgumentException("piece " + i + " begins " + piece.objectOffsetBytes()
                        + " bytes after its object's start, no multiple of " + Digest.UNIT_BYTES);
            }
        }
    }

    private void checkSpans(Consumer<Span> withinRegion) {
        withinRegion.accept(dense);
        for (int i = 0; i < layerCount; i++) {
            Span layer = cache.layers().get(firstLayer + i);
            withinRegion.accept(layer);
            if (layer.overlaps(dense)) {
                throw new IllegalArgumentException(dense + " overlaps the cache's layer at " + layer);
            }
        }
    }

    private void checkSlots() {
        int slots = cache.layout().tokenSlots();
        for (int i = 0; i < tokens; i++) {
            int slot = slotMapping[firstToken + i];
            if (slot < -1 || slot >= slots) {
                throw new IllegalArgumentException(
                        "token " + i + " has the place " + slot + "; the cache has " + slots);
            }
        }
    }

    /** Whether moving these rows reads or writes the region. */
    public boolean uses(RegionId region) {
        if (dense.region().equals(region)) {
            return true;
        }
        for (int i = 0; i < layerCount; i++) {
            if (cache.layers().get(firstLayer + i).region().equals(region)) {
                return true;
            }
        }
        return false;
    }

    /** Where the run begins in its object, in bytes. */
    public long objectOffsetBytes() {
        return (long) firstRow * cache.layout().rowBytes();
    }
}
