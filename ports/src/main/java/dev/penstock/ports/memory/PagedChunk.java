// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.Objects;

/**
 * One chunk object as it lies in a paged KV cache: some layers and a run of tokens, whose dense form is
 * {@code [layers][planes][tokens][hidden]} or {@code [planes][layers][tokens][hidden]}.
 *
 * @param cache the paged cache
 * @param firstLayer the cache's layer that is the object's layer 0
 * @param layerCount layers of the object
 * @param layout the object's axis order
 * @param slotMapping the place of each token of the sequence in the cache; -1: no place. Not copied: the owner must leave it
 *     alone as long as the chunk is in use
 * @param firstToken index into {@code slotMapping} of the object's token 0
 * @param tokens tokens of the object
 */
// Made for every chunk that moves and never compared: the mapping is shared, not copied.
@SuppressWarnings("ArrayRecordComponent")
public record PagedChunk(
        PagedKv cache,
        int firstLayer,
        int layerCount,
        ChunkLayout layout,
        int[] slotMapping,
        int firstToken,
        int tokens) {
    /** Checks that layers and tokens are within the cache and the mapping. */
    public PagedChunk {
        Objects.checkFromIndexSize(firstLayer, layerCount, cache.layout().layers());
        Objects.checkFromIndexSize(firstToken, tokens, slotMapping.length);
    }

    /** How many bytes the dense object has. */
    public long lengthBytes() {
        return cache.layout().chunkBytes(layerCount, tokens);
    }

    /** The bytes of one row: the object can be cut only between rows. */
    public int rowBytes() {
        return cache.layout().rowBytes();
    }

    /**
     * The part of the object that is densely in {@code dense}, or is to be.
     *
     * @param objectOffsetBytes where the part begins in the object, a multiple of {@link #rowBytes}
     * @param dense as long as the part, a multiple of {@link #rowBytes}
     */
    public PagedPiece piece(long objectOffsetBytes, Span dense) {
        if (objectOffsetBytes % rowBytes() != 0 || dense.lengthBytes() % rowBytes() != 0) {
            throw new IllegalArgumentException("a piece of " + dense.lengthBytes() + " bytes at " + objectOffsetBytes
                    + " that cuts rows of " + rowBytes());
        }
        return new PagedPiece(
                cache,
                firstLayer,
                layerCount,
                layout,
                slotMapping,
                firstToken,
                tokens,
                Math.toIntExact(objectOffsetBytes / rowBytes()),
                Math.toIntExact(dense.lengthBytes() / rowBytes()),
                dense);
    }

    /**
     * Checks that every token of the chunk has a place in the cache, or none.
     *
     * @throws IllegalArgumentException naming the first entry that is neither -1 nor a slot of the cache
     */
    public void checkSlots() {
        for (int token = firstToken; token < firstToken + tokens; token++) {
            if (slotMapping[token] < -1 || slotMapping[token] >= cache.layout().tokenSlots()) {
                throw new IllegalArgumentException("slot mapping entry " + slotMapping[token] + " of token " + token
                        + " is not within the " + cache.layout().tokenSlots() + " slots of the cache");
            }
        }
    }
}
