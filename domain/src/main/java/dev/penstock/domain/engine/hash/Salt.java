// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What keeps the keys of one tenant apart from those of all others: it changes the root of the hash chain, and so every
 * hash. Without a salt keys equal LMCache's.
 *
 * <p>The salted root is the first 8 bytes, big-endian, of SHA-256 over {@value #ROOT_LABEL}, a zero byte, the plain root (8
 * bytes, big-endian) and the salt's UTF-8. It is not one more chunk in front of the others, so that no sequence of tokens
 * that begins without a salt can reach it.
 *
 * <p>A salt is a secret as far as it hides who has cached what. Only its fingerprint leaves this class, and from that a
 * salt that is easy to guess can be found by trying: use random ones. With {@link HashAlgorithm#BUILTIN} a salt keeps
 * tenants apart by chance only, since that hash can be inverted.
 */
public final class Salt {
    /** The {@link #fingerprint()} where there is no salt. */
    public static final String NO_FINGERPRINT = "none";

    /** No salt: hashes equal LMCache's. */
    public static final Salt NONE = new Salt(new byte[0]);

    private static final String ROOT_LABEL = "penstock salted root v1";
    private static final String FINGERPRINT_LABEL = "penstock salt fingerprint v1";
    private static final int FINGERPRINT_BYTES = 16;

    private final byte[] secret;

    private Salt(byte[] secret) {
        this.secret = secret;
    }

    /** The salt of that text; empty means {@link #NONE}. */
    public static Salt of(String secret) {
        return secret.isEmpty() ? NONE : new Salt(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** The root that takes the place of {@code plainRoot}. */
    public long root(long plainRoot) {
        if (secret.length == 0) {
            return plainRoot;
        }
        MessageDigest sha = labelled(ROOT_LABEL);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            sha.update((byte) (plainRoot >>> shift));
        }
        return Sha256.firstLong(sha.digest(secret));
    }

    /** What may be shown and compared: 32 hexadecimal digits of a SHA-256, or {@link #NO_FINGERPRINT}. */
    public String fingerprint() {
        if (secret.length == 0) {
            return NO_FINGERPRINT;
        }
        return HexFormat.of().formatHex(labelled(FINGERPRINT_LABEL).digest(secret), 0, FINGERPRINT_BYTES);
    }

    private static MessageDigest labelled(String label) {
        MessageDigest sha = Sha256.create();
        sha.update(label.getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) 0);
        return sha;
    }

    /** The fingerprint; never the salt. */
    @Override
    public String toString() {
        return "salt " + fingerprint();
    }
}
