// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

/**
 * Hashes token chunks in a chain: a chunk's hash covers its own tokens and, through the hash before it, all tokens since
 * the start of the sequence.
 *
 * <p>What is hashed is LMCache's triple {@code (previous, (token, token, ...), ())}. An implementation may keep buffers and
 * so need not be thread-safe: one instance for each thread.
 */
public interface ChunkHasher {
    /** The algorithm, which also tells how its hashes are written. */
    HashAlgorithm algorithm();

    /** What stands before the first chunk of a sequence; LMCache's NONE_HASH. */
    long root();

    /**
     * The hash of the chunk {@code tokens[from..to)} that follows {@code previous}. Allocates nothing that grows with the
     * number of tokens.
     *
     * @throws IllegalArgumentException if a token is negative
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    long next(long previous, int[] tokens, int from, int to);
}
