// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * LMCache's {@code builtin}: what Python's {@code hash((previous, (token, ...), ()))} returns in CPython on 64-bit
 * machines. Its tuple hash has been the same since 3.8; strings, and so the root that comes from a seed, are hashed as
 * since 3.11, where SipHash-1-3 took the place of SipHash-2-4. For an older Python give the root itself.
 *
 * <p>The function can be inverted: whoever chooses the tokens can make two sequences meet. Where that matters use
 * {@link Sha256CborHasher}.
 */
public final class BuiltinHasher implements ChunkHasher {
    // tuplehash in CPython's Objects/tupleobject.c; the primes are xxHash's.
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    private static final int LANE_ROTATION = 31;
    private static final long LENGTH_SALT = PRIME_5 ^ 3527539L;
    private static final long INSTEAD_OF_MINUS_ONE = 1546275796L;

    private static final long EMPTY_TUPLE = finish(PRIME_5, 0);

    /** 2^61 - 1: integers are hashed by their remainder modulo this prime ({@code sys.hash_info.modulus}). */
    private static final long MODULUS = (1L << 61) - 1;

    /** The largest PYTHONHASHSEED. */
    private static final long MAX_SEED = 0xFFFF_FFFFL;

    private final long root;

    /**
     * A hasher whose root is the hash of the seed's text in a Python that runs with it.
     *
     * @param seed the value of PYTHONHASHSEED: a decimal number from 0 to 2^32 - 1. Python's {@code random} can't be used:
     *     two processes would never agree
     * @throws IllegalArgumentException if it is not such a number
     */
    public BuiltinHasher(String seed) {
        this(hashOfString(seed, parseSeed(seed)));
    }

    private BuiltinHasher(long root) {
        this.root = root;
    }

    /** A hasher with that root: 0 is what LMCache takes where vLLM is not installed. */
    public static BuiltinHasher ofRoot(long root) {
        return new BuiltinHasher(root);
    }

    @Override
    public HashAlgorithm algorithm() {
        return HashAlgorithm.BUILTIN;
    }

    @Override
    public long root() {
        return root;
    }

    @Override
    public long next(long previous, int[] tokens, int from, int to) {
        Objects.checkFromToIndex(from, to, tokens.length);
        Tokens.requireNoneNegative(tokens, from, to);
        long inner = PRIME_5;
        for (int i = from; i < to; i++) {
            // A token is below the modulus and not negative, so it is its own hash.
            inner = lane(inner, tokens[i]);
        }
        long outer = lane(PRIME_5, hashOfInteger(previous));
        outer = lane(outer, finish(inner, to - from));
        outer = lane(outer, EMPTY_TUPLE);
        return finish(outer, 3);
    }

    private static long lane(long sum, long hash) {
        return Long.rotateLeft(sum + hash * PRIME_2, LANE_ROTATION) * PRIME_1;
    }

    private static long finish(long sum, int length) {
        long hash = sum + (length ^ LENGTH_SALT);
        return hash == -1 ? INSTEAD_OF_MINUS_ONE : hash;
    }

    /** CPython's hash of an int: the remainder with the number's own sign, and -2 for -1, which means an error there. */
    static long hashOfInteger(long number) {
        // The magnitude of Long.MIN_VALUE, 2^63, is right when it is read as unsigned.
        long magnitude = number < 0 ? -number : number;
        long remainder = Long.remainderUnsigned(magnitude, MODULUS);
        long hash = number < 0 ? -remainder : remainder;
        return hash == -1 ? -2 : hash;
    }

    /** CPython's hash of an ASCII string in a process with that PYTHONHASHSEED. */
    private static long hashOfString(String ascii, long seed) {
        // lcg_urandom in CPython's Python/bootstrap_hash.c; seed 0 switches randomization off and leaves a key of
        // zeros.
        long key0 = 0;
        long key1 = 0;
        if (seed != 0) {
            int state = (int) seed;
            for (int i = 0; i < 16; i++) {
                state = state * 214013 + 2531011;
                int random = state >>> 16 & 0xFF;
                if (i < Long.BYTES) {
                    key0 |= (long) random << (Byte.SIZE * i);
                } else {
                    key1 |= (long) random << (Byte.SIZE * (i - Long.BYTES));
                }
            }
        }
        long hash = SipHash13.hash(key0, key1, ascii.getBytes(StandardCharsets.US_ASCII));
        return hash == -1 ? -2 : hash;
    }

    private static long parseSeed(String seed) {
        boolean digits = !seed.isEmpty() && seed.chars().allMatch(c -> c >= '0' && c <= '9');
        // More digits than 2^64 has might not fit a long; so many can only be a mistake.
        if (digits && seed.length() <= 18) {
            long number = Long.parseLong(seed);
            if (number <= MAX_SEED) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                "the seed of builtin is a PYTHONHASHSEED, a decimal number from 0 to 4294967295, not '" + seed + "'");
    }
}
