// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, and numbers out of its digests. */
final class Sha256 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Sha256() {}

    static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The first 8 bytes, big-endian: LMCache's way from a digest to a number. */
    static long firstLong(byte[] digest) {
        return (long) LONGS.get(digest, 0);
    }
}
