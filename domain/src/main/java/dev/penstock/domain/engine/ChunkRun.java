// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.TokenChunker;
import java.util.Arrays;

/**
 * The chunks of one token sequence from the first wanted one on: where they are, and their hashes, which are computed as
 * they are asked for. A hash takes as long as the gather of a chunk: the whole sequence's before the first chunk moves
 * would be time in which nothing moves.
 */
final class ChunkRun {
    private final TokenChunker chunker;
    /** A copy, of the chunked tokens alone: the caller's array may change before they are all hashed. */
    private final int[] tokens;

    private final int sequenceTokens;
    private final int firstToken;
    private final long[] hashes;
    /** Hashes known: this many of {@link #hashes}, and those of the chunks before the run as far as {@link #hashedTokens}. */
    private int hashed;

    private int hashedTokens;
    private long lastHash;

    private ChunkRun(TokenChunker chunker, int[] tokens, int sequenceTokens, int firstToken) {
        this.chunker = chunker;
        this.tokens = tokens;
        this.sequenceTokens = sequenceTokens;
        this.firstToken = firstToken;
        int size = chunker.chunkTokens();
        this.hashes = new long[firstToken >= tokens.length ? 0 : (tokens.length - firstToken + size - 1) / size];
        this.lastHash = chunker.root();
    }

    /**
     * Cuts a sequence. Hashes nothing yet.
     *
     * @param skipTokens tokens at the start that are not wanted; a multiple of the chunk size
     * @throws IllegalArgumentException if the mask does not fit, or a token is negative
     */
    static ChunkRun of(TokenChunker chunker, int[] tokens, int skipTokens) {
        if (skipTokens < 0 || skipTokens > tokens.length) {
            throw new IllegalArgumentException("skip " + skipTokens + " of " + tokens.length + " tokens");
        }
        if (skipTokens % chunker.chunkTokens() != 0) {
            throw new IllegalArgumentException("the first " + skipTokens
                    + " tokens are masked out, which is not a multiple of the chunk size of " + chunker.chunkTokens());
        }
        int chunked = chunker.chunked(tokens.length);
        chunker.requireHashable(tokens, chunked);
        return new ChunkRun(chunker, Arrays.copyOf(tokens, chunked), tokens.length, skipTokens);
    }

    /** How many chunks there are. */
    int size() {
        return hashes.length;
    }

    /** The index of the first wanted token, and so of the first chunk's first. */
    int firstToken() {
        return firstToken;
    }

    /** The index behind the last chunk's last token; {@link #firstToken} if there is no chunk. */
    int endToken() {
        return firstToken + tokensOf(size());
    }

    int start(int chunk) {
        return firstToken + chunk * chunker.chunkTokens();
    }

    int tokens(int chunk) {
        return end(chunk) - start(chunk);
    }

    private int end(int chunk) {
        return (int) Math.min(tokens.length, (long) start(chunk) + chunker.chunkTokens());
    }

    /**
     * Hashes on until a chunk's hash is known or the budget is spent.
     *
     * @return whether it is known
     */
    boolean reach(int chunk, StepBudget budget) {
        while (hashed <= chunk && !budget.isSpent()) {
            budget.tokens(hashNext());
        }
        return hashed > chunk;
    }

    /** A chunk's hash, which is computed if it is not known. */
    long hash(int chunk) {
        while (hashed <= chunk) {
            hashNext();
        }
        return hashes[chunk];
    }

    private int hashNext() {
        int from = hashedTokens;
        int to = (int) Math.min(tokens.length, (long) from + chunker.chunkTokens());
        lastHash = chunker.next(lastHash, tokens, from, to);
        hashedTokens = to;
        if (from >= firstToken) {
            hashes[hashed++] = lastHash;
        }
        return to - from;
    }

    /** How many tokens the first {@code chunks} chunks have. */
    int tokensOf(int chunks) {
        return chunks == 0 ? 0 : end(chunks - 1) - firstToken;
    }

    /** True for the tokens of the first {@code chunks} chunks of the run. */
    boolean[] mask(int chunks) {
        boolean[] mask = new boolean[sequenceTokens];
        Arrays.fill(mask, firstToken, firstToken + tokensOf(chunks), true);
        return mask;
    }
}
