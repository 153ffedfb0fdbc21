// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.util.Objects;

/**
 * Cuts token sequences into chunks and hashes them, each chained to the one before: two sequences have a chunk hash in
 * common exactly as far as they begin with the same tokens. Not thread-safe.
 */
public final class TokenChunker {
    private final ChunkHasher hasher;
    private final long root;
    private final int chunkTokens;
    private final boolean partialTail;

    /**
     * A chunker.
     *
     * @param hasher the hash; no one else may use it at the same time
     * @param salt the tenant's salt
     * @param chunkTokens tokens of a chunk, positive; 256 in LMCache
     * @param partialTail whether the tokens behind the last whole chunk are a chunk too
     */
    public TokenChunker(ChunkHasher hasher, Salt salt, int chunkTokens, boolean partialTail) {
        if (chunkTokens <= 0) {
            throw new IllegalArgumentException("a chunk has at least 1 token, not " + chunkTokens);
        }
        this.hasher = Objects.requireNonNull(hasher, "hasher");
        this.root = salt.root(hasher.root());
        this.chunkTokens = chunkTokens;
        this.partialTail = partialTail;
    }

    /** Tokens of a whole chunk. */
    public int chunkTokens() {
        return chunkTokens;
    }

    /** The hash before the first chunk, with the salt in it. */
    public long root() {
        return root;
    }

    /** How many of a sequence's tokens are in chunks: all of them, or those of whole chunks alone. */
    public int chunked(int length) {
        return partialTail ? length : length / chunkTokens * chunkTokens;
    }

    /**
     * Checks what hashing would check.
     *
     * @throws IllegalArgumentException if one of the first {@code length} tokens is negative
     */
    public void requireHashable(int[] tokens, int length) {
        Tokens.requireNoneNegative(tokens, 0, length);
    }

    /**
     * The hash of one chunk, for those who cut a sequence step by step.
     *
     * @param previous the hash of the chunk before it, or {@link #root}
     * @throws IllegalArgumentException if a token is negative
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public long next(long previous, int[] tokens, int from, int to) {
        return hasher.next(previous, tokens, from, to);
    }

    /** Replaces the list's contents by the chunks of {@code tokens}. */
    public void chunk(int[] tokens, ChunkList into) {
        chunk(tokens, tokens.length, into);
    }

    /**
     * Replaces the list's contents by the chunks of the first {@code length} tokens.
     *
     * @throws IllegalArgumentException if a token is negative; the list then has the chunks before it
     * @throws IndexOutOfBoundsException if there are fewer tokens
     */
    public void chunk(int[] tokens, int length, ChunkList into) {
        Objects.checkFromToIndex(0, length, tokens.length);
        into.clear();
        extend(tokens, length, into);
    }

    /**
     * Continues a list after its sequence grew, without hashing again what it has. A partial chunk at its end is replaced,
     * since it is followed by more tokens now, or else found again.
     *
     * @param tokens the whole sequence; those that the list covers are taken to be the same as before
     * @param length how many tokens there are now, at least as many as the list covers
     * @param list what this chunker, or one of the same configuration, made of the shorter sequence
     * @throws IllegalArgumentException if a token is negative, and then the list has the chunks before it; or if the list
     *     covers more than {@code length} tokens
     * @throws IndexOutOfBoundsException if there are fewer tokens
     */
    public void extend(int[] tokens, int length, ChunkList list) {
        Objects.checkFromToIndex(0, length, tokens.length);
        if (list.tokens() > length) {
            throw new IllegalArgumentException(
                    "the list covers " + list.tokens() + " tokens, the sequence has only " + length);
        }
        int last = list.size() - 1;
        if (last >= 0 && list.end(last) - list.start(last) < chunkTokens) {
            list.removeLast();
            last--;
        }
        long previous = last < 0 ? root : list.hash(last);
        int start = list.tokens();
        while (length - start >= chunkTokens) {
            int end = start + chunkTokens;
            previous = hasher.next(previous, tokens, start, end);
            list.add(start, end, previous);
            start = end;
        }
        if (partialTail && start < length) {
            list.add(start, length, hasher.next(previous, tokens, start, length));
        }
    }
}
