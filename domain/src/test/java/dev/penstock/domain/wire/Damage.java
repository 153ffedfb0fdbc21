// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Messages that are almost right, as a broken or a hostile peer would send them. */
public final class Damage {
    private static final long[] NASTY = {0, 1, 255, 256, 0x7FFF_FFFFL, 0x8000_0000L, -1, Long.MIN_VALUE, Long.MAX_VALUE
    };

    private Damage() {}

    /** A copy with a few changes: bits, bytes, whole fields, the length. */
    public static ByteBuffer of(byte[] message, Random random) {
        byte[] bytes = message.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
                default -> putField(bytes, at, NASTY[random.nextInt(NASTY.length)]);
            }
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void putField(byte[] bytes, int at, long value) {
        int aligned = at / Long.BYTES * Long.BYTES;
        if (aligned + Long.BYTES <= bytes.length) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(aligned, value);
        }
    }
}
