// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What is known of an object beside its bytes.
 *
 * @param key its name: 1 to {@link #MAX_KEY_BYTES} bytes of UTF-8, no control characters
 * @param shape the sizes of its axes
 * @param dtype the type of its elements
 * @param format the order of its axes
 * @param tokens how many tokens it holds, at most the size of the format's token axis; 0 if it is not about tokens
 */
public record ObjectMeta(String key, KvShape shape, DType dtype, KvFormat format, int tokens) {
    /** The longest key. */
    public static final int MAX_KEY_BYTES = 4096;
    /** The longest object, 64 TiB: far above any memory, and so low that sums of many lengths can't overflow. */
    public static final long MAX_LENGTH_BYTES = 1L << 46;

    /** Checks the parts. */
    public ObjectMeta {
        checkKey(key);
        Objects.requireNonNull(format, "format");
        long elements = shape.elements();
        if (elements > MAX_LENGTH_BYTES / dtype.bytes()) {
            throw new IllegalArgumentException(
                    "an object of shape " + shape + " and type " + dtype + " has more than 2^46 bytes");
        }
        OptionalInt tokenAxis = format.tokenDimension();
        if (tokens < 0) {
            throw new IllegalArgumentException("an object of " + tokens + " tokens");
        }
        if (tokenAxis.isPresent()) {
            if (shape.rank() <= tokenAxis.getAsInt()) {
                throw new IllegalArgumentException("the shape " + shape + " has no token axis of format " + format);
            }
            if (tokens > shape.size(tokenAxis.getAsInt())) {
                throw new IllegalArgumentException(
                        tokens + " tokens in an object of shape " + shape + " and format " + format);
            }
        }
    }

    /** How many bytes the object has; 1 to {@link #MAX_LENGTH_BYTES}. */
    public long lengthBytes() {
        return shape.elements() * dtype.bytes();
    }

    /**
     * Checks that a text can be a key.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static void checkKey(String key) {
        int chars = key.length();
        int bytes = 0;
        // At least one byte a character: a longer text is refused before it is looked at.
        if (chars == 0 || chars > MAX_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a key has 1 to " + MAX_KEY_BYTES + " bytes of UTF-8, not " + chars + " characters");
        }
        for (int i = 0; i < chars; i++) {
            char c = key.charAt(i);
            if (c < 0x80) {
                bytes += 1;
                if (c < 0x20 || c == 0x7F) {
                    throw controlCharacter(i);
                }
            } else if (c < 0x800) {
                bytes += 2;
                if (c < 0xA0) {
                    throw controlCharacter(i);
                }
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c) && i + 1 < chars && Character.isLowSurrogate(key.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new IllegalArgumentException("the key has half a surrogate pair at index " + i);
            }
        }
        if (bytes > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_BYTES + " bytes of UTF-8, not " + bytes);
        }
    }

    private static IllegalArgumentException controlCharacter(int index) {
        return new IllegalArgumentException("the key has a control character at index " + index);
    }
}
