// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import java.nio.ByteBuffer;
import java.util.Random;

/** The bytes that tests write and compare. */
final class TestBytes {
    /** What memory holds that nothing should have written. */
    static final byte POISON = (byte) 0xA5;

    private TestBytes() {}

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The buffer's remaining bytes, which stay in it. */
    static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
