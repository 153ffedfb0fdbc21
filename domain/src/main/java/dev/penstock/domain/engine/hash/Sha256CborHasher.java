// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * LMCache's {@code sha256_cbor}: SHA-256 over the canonical CBOR (RFC 8949, section 4.2.1) of
 * {@code [previous, [token, ...], []]}, cut to its first 8 bytes, big-endian and unsigned. The root is the hash of the seed
 * as a CBOR text string. The third element is an empty array, as LMCache hashes since its pull request 1897; before, it was
 * null.
 *
 * <p>Not thread-safe.
 */
public final class Sha256CborHasher implements ChunkHasher {
    // Major types of RFC 8949, section 3.1, in the upper three bits of an item's first byte.
    private static final int UNSIGNED = 0;
    private static final int TEXT = 3 << 5;
    private static final int ARRAY = 4 << 5;
    // What the lower five bits say when the number doesn't fit into them.
    private static final int ONE_BYTE = 24;
    private static final int TWO_BYTES = 25;
    private static final int FOUR_BYTES = 26;
    private static final int EIGHT_BYTES = 27;

    private static final int LONGEST_HEAD = 9;
    private static final int LONGEST_TOKEN = 5;
    /** Holds a chunk of 256 tokens at once; longer ones go through it in parts. */
    private static final int BUFFER_BYTES = 2048;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha = Sha256.create();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final long root;

    /** A hasher whose root comes from {@code seed}: in LMCache the value of PYTHONHASHSEED. Any text will do. */
    public Sha256CborHasher(String seed) {
        byte[] text = seed.getBytes(StandardCharsets.UTF_8);
        sha.update(buffer, 0, putHead(buffer, 0, TEXT, text.length));
        root = Sha256.firstLong(sha.digest(text));
    }

    @Override
    public HashAlgorithm algorithm() {
        return HashAlgorithm.SHA256_CBOR;
    }

    @Override
    public long root() {
        return root;
    }

    @Override
    public long next(long previous, int[] tokens, int from, int to) {
        Objects.checkFromToIndex(from, to, tokens.length);
        Tokens.requireNoneNegative(tokens, from, to);
        byte[] bytes = buffer;
        bytes[0] = (byte) (ARRAY | 3);
        int at = putHead(bytes, 1, UNSIGNED, previous);
        at = putHead(bytes, at, ARRAY, to - from);
        for (int i = from; i < to; i++) {
            if (at > BUFFER_BYTES - LONGEST_TOKEN) {
                sha.update(bytes, 0, at);
                at = 0;
            }
            at = putToken(bytes, at, tokens[i]);
        }
        if (at == BUFFER_BYTES) {
            sha.update(bytes, 0, at);
            at = 0;
        }
        bytes[at++] = (byte) ARRAY;
        sha.update(bytes, 0, at);
        return Sha256.firstLong(sha.digest());
    }

    /** The same as {@link #putHead} for a number of 31 bits, with the lengths of real tokens asked for first. */
    private static int putToken(byte[] bytes, int at, int token) {
        if (token > 0xFFFF) {
            bytes[at] = FOUR_BYTES;
            INTS.set(bytes, at + 1, token);
            return at + 5;
        }
        if (token > 0xFF) {
            bytes[at] = TWO_BYTES;
            SHORTS.set(bytes, at + 1, (short) token);
            return at + 3;
        }
        if (token >= ONE_BYTE) {
            bytes[at] = ONE_BYTE;
            bytes[at + 1] = (byte) token;
            return at + 2;
        }
        bytes[at] = (byte) token;
        return at + 1;
    }

    /**
     * Writes the shortest head of an item: its major type and an unsigned number, which is its value or its length.
     *
     * @return the index behind it, at most {@link #LONGEST_HEAD} later
     */
    static int putHead(byte[] bytes, int at, int majorType, long number) {
        if (number < 0 || number > 0xFFFF_FFFFL) {
            bytes[at] = (byte) (majorType | EIGHT_BYTES);
            LONGS.set(bytes, at + 1, number);
            return at + LONGEST_HEAD;
        }
        if (number > 0xFFFF) {
            bytes[at] = (byte) (majorType | FOUR_BYTES);
            INTS.set(bytes, at + 1, (int) number);
            return at + 5;
        }
        int small = (int) number;
        if (small > 0xFF) {
            bytes[at] = (byte) (majorType | TWO_BYTES);
            SHORTS.set(bytes, at + 1, (short) small);
            return at + 3;
        }
        if (small >= ONE_BYTE) {
            bytes[at] = (byte) (majorType | ONE_BYTE);
            bytes[at + 1] = (byte) small;
            return at + 2;
        }
        bytes[at] = (byte) (majorType | small);
        return at + 1;
    }
}
