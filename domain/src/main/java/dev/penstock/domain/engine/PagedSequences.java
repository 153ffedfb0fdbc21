// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.Span;

/**
 * Cuts token sequences that are, or are to be, in a paged cache, and checks all that a caller says of them before anything is
 * begun. The checks of a mapping are one pass without a branch, which a compiler makes vectors of.
 */
final class PagedSequences {
    /** What a mapping has for a token without a place. */
    private static final int NO_PLACE = -1;

    private final TokenChunker chunker;
    private final Memory memory;

    /**
     * Cuts with one chunker.
     *
     * @param memory where the paged caches are
     */
    PagedSequences(TokenChunker chunker, Memory memory) {
        this.chunker = chunker;
        this.memory = memory;
    }

    /**
     * A sequence that is not in a cache.
     *
     * @throws IllegalArgumentException if a token is negative, or the mask does not fit
     */
    ChunkRun unplaced(int[] tokens, int skipTokens) {
        return ChunkRun.of(chunker, tokens, skipTokens);
    }

    /**
     * A sequence of which every wanted token has a place, or none.
     *
     * @throws IllegalArgumentException if a token is negative, or the mask, the mapping or the cache does not fit
     */
    ChunkRun toRetrieve(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping) {
        return checked(tokens, skipTokens, cache, slotMapping, NO_PLACE);
    }

    /**
     * A sequence of which every wanted token has a place.
     *
     * @throws IllegalArgumentException as for {@link #toRetrieve}
     */
    ChunkRun toStore(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping) {
        return checked(tokens, skipTokens, cache, slotMapping, 0);
    }

    private ChunkRun checked(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, int leastEntry) {
        if (slotMapping.length < tokens.length) {
            throw new IllegalArgumentException(
                    "a slot mapping of " + slotMapping.length + " entries for " + tokens.length + " tokens");
        }
        for (Span layer : cache.layers()) {
            long regionBytes = memory.region(layer.region()).lengthBytes();
            if (layer.endBytes() > regionBytes) {
                throw new IllegalArgumentException(
                        "a layer of the paged cache is at " + layer + ", its region has " + regionBytes + " bytes");
            }
        }
        ChunkRun run = ChunkRun.of(chunker, tokens, skipTokens);
        requireWithin(cache.layout().tokenSlots(), leastEntry, slotMapping, run.firstToken(), run.endToken());
        return run;
    }

    private static void requireWithin(int slots, int leastEntry, int[] slotMapping, int from, int to) {
        int signs = 0;
        for (int i = from; i < to; i++) {
            // Either term is negative where the entry is out of its range.
            signs |= (slotMapping[i] - leastEntry) | (slots - 1 - slotMapping[i]);
        }
        if (signs < 0) {
            throw outside(slots, leastEntry, slotMapping, from);
        }
    }

    private static IllegalArgumentException outside(int slots, int leastEntry, int[] slotMapping, int from) {
        int token = from;
        while (slotMapping[token] >= leastEntry && slotMapping[token] < slots) {
            token++;
        }
        if (slotMapping[token] == NO_PLACE) {
            return new IllegalArgumentException(
                    "token " + token + " is to be stored but has no place in the paged cache");
        }
        return new IllegalArgumentException("slot mapping entry " + slotMapping[token] + " of token " + token
                + " is not within the " + slots + " slots of the cache");
    }
}
