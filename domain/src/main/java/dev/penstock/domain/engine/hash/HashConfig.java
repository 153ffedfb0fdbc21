// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.util.Objects;

/**
 * Everything that changes the values of chunk hashes, fit to be shown and compared.
 *
 * @param algorithm the hash
 * @param seed what the root comes from: LMCache's PYTHONHASHSEED; for {@link HashAlgorithm#BUILTIN} also
 *     {@code root:<number>}, the root itself. At most {@link #MAX_SEED} characters, no control characters
 * @param saltFingerprint {@link Salt#fingerprint()} of the tenant's salt, never the salt
 */
public record HashConfig(HashAlgorithm algorithm, String seed, String saltFingerprint) {
    /** The longest seed: with the rest of the description it stays within what session terms take. */
    public static final int MAX_SEED = 256;

    private static final String ROOT_PREFIX = "root:";
    private static final int MAX_FINGERPRINT = 64;

    /** Checks the texts and that the seed suits the algorithm. */
    public HashConfig {
        if (seed.length() > MAX_SEED || seed.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a seed has at most " + MAX_SEED + " characters and no control characters");
        }
        if (saltFingerprint.isEmpty() || saltFingerprint.length() > MAX_FINGERPRINT) {
            throw new IllegalArgumentException("'" + saltFingerprint + "' is no salt's fingerprint");
        }
        hasher(algorithm, seed);
    }

    /** The configuration with that salt. */
    public static HashConfig of(HashAlgorithm algorithm, String seed, Salt salt) {
        return new HashConfig(algorithm, seed, salt.fingerprint());
    }

    /** A new hasher, for one thread. It knows nothing of the salt: {@link #chunker} does. */
    public ChunkHasher hasher() {
        return hasher(algorithm, seed);
    }

    /**
     * A new chunker, for one thread.
     *
     * @param salt the salt that the fingerprint is of
     * @param chunkTokens tokens of a chunk
     * @param partialTail whether the tokens behind the last whole chunk are a chunk too
     * @throws IllegalArgumentException if the salt is another one
     */
    public TokenChunker chunker(Salt salt, int chunkTokens, boolean partialTail) {
        if (!salt.fingerprint().equals(saltFingerprint)) {
            throw new IllegalArgumentException(
                    "the salt's fingerprint is " + salt.fingerprint() + ", expected was " + saltFingerprint);
        }
        return new TokenChunker(hasher(), salt, chunkTokens, partialTail);
    }

    /** The text that {@code SessionTerms} compares: equal exactly where hashes are. */
    public String description() {
        return algorithm.label() + " seed=" + seed + " salt=" + saltFingerprint;
    }

    private static ChunkHasher hasher(HashAlgorithm algorithm, String seed) {
        Objects.requireNonNull(algorithm, "algorithm");
        return switch (algorithm) {
            case SHA256_CBOR -> new Sha256CborHasher(seed);
            case BUILTIN ->
                seed.startsWith(ROOT_PREFIX)
                        ? BuiltinHasher.ofRoot(parseRoot(seed.substring(ROOT_PREFIX.length())))
                        : new BuiltinHasher(seed);
        };
    }

    private static long parseRoot(String number) {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a root is a decimal number of 64 bits with sign, not '" + number + "'", e);
        }
    }
}
