// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

/** The chunk hashes that Penstock computes, under LMCache's names. */
public enum HashAlgorithm {
    /** SHA-256 over canonical CBOR, of which the first 8 bytes count; an unsigned number. */
    SHA256_CBOR("sha256_cbor", false),
    /** The hash of CPython's tuples on 64-bit machines; a signed number. Fast, and no defence against forged tokens. */
    BUILTIN("builtin", true);

    /** What vLLM called {@link #SHA256_CBOR} first, and what configurations in the field still say. */
    private static final String SHA256_CBOR_OLD_NAME = "sha256_cbor_64bit";

    private static final int RADIX = 16;

    private final String label;
    private final boolean signed;

    HashAlgorithm(String label, boolean signed) {
        this.label = label;
        this.signed = signed;
    }

    /** The name in terms and on the command line. */
    public String label() {
        return label;
    }

    /** A hash as it stands in a key: lower-case hexadecimal, no leading zeros, with a minus sign if it is negative. */
    public String hex(long hash) {
        return signed ? Long.toString(hash, RADIX) : Long.toHexString(hash);
    }

    /**
     * The hash that {@link #hex} writes that way.
     *
     * @throws IllegalArgumentException if it writes none that way
     */
    public long parseHex(String hex) {
        try {
            long hash = signed ? Long.parseLong(hex, RADIX) : Long.parseUnsignedLong(hex, RADIX);
            if (hex(hash).equals(hex)) {
                return hash;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + hex + "' is no hash of " + label, e);
        }
        throw new IllegalArgumentException(
                "'" + hex + "' is not how " + label + " writes a hash: lower case, no zeros before");
    }

    /**
     * The algorithm of that name; {@code sha256_cbor_64bit} is the older name of {@code sha256_cbor}.
     *
     * @throws IllegalArgumentException listing the names, if it is none of them
     */
    public static HashAlgorithm parse(String name) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.label.equals(name)) {
                return algorithm;
            }
        }
        if (name.equals(SHA256_CBOR_OLD_NAME)) {
            return SHA256_CBOR;
        }
        throw new IllegalArgumentException("'" + name + "' is no chunk hash; known are " + SHA256_CBOR.label + " and "
                + BUILTIN.label + " (LMCache's sha256 hashes a pickle and is not supported)");
    }

    @Override
    public String toString() {
        return label;
    }
}
