// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.ChunkList;
import dev.penstock.domain.engine.hash.TokenChunker;
import java.util.ArrayList;
import java.util.List;

/** The chunks of one token sequence from the first wanted one on: where they are, and their hashes. */
final class ChunkRun {
    private final int tokens;
    private final int[] start;
    private final int[] end;
    private final long[] hash;

    private ChunkRun(int tokens, int[] start, int[] end, long[] hash) {
        this.tokens = tokens;
        this.start = start;
        this.end = end;
        this.hash = hash;
    }

    /**
     * Cuts a sequence.
     *
     * @param skipTokens tokens at the start that are not wanted; a multiple of the chunk size
     */
    static ChunkRun of(TokenChunker chunker, int[] tokens, int skipTokens) {
        if (skipTokens < 0 || skipTokens > tokens.length) {
            throw new IllegalArgumentException("skip " + skipTokens + " of " + tokens.length + " tokens");
        }
        if (skipTokens % chunker.chunkTokens() != 0) {
            throw new IllegalArgumentException("the first " + skipTokens
                    + " tokens are masked out, which is not a multiple of the chunk size of " + chunker.chunkTokens());
        }
        ChunkList chunks = new ChunkList();
        chunker.chunk(tokens, chunks);
        int first = Math.min(chunks.size(), skipTokens / chunker.chunkTokens());
        int count = chunks.size() - first;
        int[] start = new int[count];
        int[] end = new int[count];
        long[] hash = new long[count];
        for (int i = 0; i < count; i++) {
            start[i] = chunks.start(first + i);
            end[i] = chunks.end(first + i);
            hash[i] = chunks.hash(first + i);
        }
        return new ChunkRun(tokens.length, start, end, hash);
    }

    int size() {
        return hash.length;
    }

    int start(int chunk) {
        return start[chunk];
    }

    int tokens(int chunk) {
        return end[chunk] - start[chunk];
    }

    long hash(int chunk) {
        return hash[chunk];
    }

    List<String> keys(CacheKeySpace space) {
        List<String> keys = new ArrayList<>(hash.length);
        for (long value : hash) {
            keys.add(space.key(value));
        }
        return keys;
    }

    List<String> layerKeys(CacheKeySpace space, int layer) {
        List<String> keys = new ArrayList<>(hash.length);
        for (long value : hash) {
            keys.add(space.layerKey(value, layer));
        }
        return keys;
    }

    /** All layers of the first chunk, then all of the second, and so on: a chunk counts when all its layers are there. */
    List<String> layerKeysByChunk(CacheKeySpace space, int layers) {
        List<String> keys = new ArrayList<>(hash.length * layers);
        for (long value : hash) {
            for (int layer = 0; layer < layers; layer++) {
                keys.add(space.layerKey(value, layer));
            }
        }
        return keys;
    }

    /** How many tokens the first {@code chunks} chunks have. */
    int tokensOf(int chunks) {
        return chunks == 0 ? 0 : end[chunks - 1] - start[0];
    }

    /** True for the tokens of the first {@code chunks} chunks of the run. */
    boolean[] mask(int chunks) {
        boolean[] mask = new boolean[tokens];
        for (int token = chunks == 0 ? 0 : start[0]; chunks > 0 && token < end[chunks - 1]; token++) {
            mask[token] = true;
        }
        return mask;
    }
}
