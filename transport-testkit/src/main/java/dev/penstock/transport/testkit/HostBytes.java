// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/** Fills, reads and checks blocks of host memory. */
final class HostBytes {
    /** What memory holds that nothing should have written. */
    static final byte POISON = (byte) 0xA5;

    private static final int STEP_BYTES = 1 << 20;

    private HostBytes() {}

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static void poison(HostRegion block) {
        byte[] poison = new byte[(int) Math.min(block.lengthBytes(), STEP_BYTES)];
        Arrays.fill(poison, POISON);
        for (long offset = 0; offset < block.lengthBytes(); offset += poison.length) {
            int length = (int) Math.min(poison.length, block.lengthBytes() - offset);
            block.window(offset, length).put(poison, 0, length);
        }
    }

    static void write(HostRegion block, long offset, byte[] bytes) {
        block.window(offset, bytes.length).put(bytes);
    }

    static byte[] read(HostRegion block, long offset, int length) {
        byte[] bytes = new byte[length];
        block.window(offset, length).get(bytes);
        return bytes;
    }

    static byte[] read(HostRegion block) {
        return read(block, 0, Math.toIntExact(block.lengthBytes()));
    }

    static int crc(HostRegion block, long offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(block.window(offset, length));
        return (int) crc.getValue();
    }

    /** The buffer's remaining bytes, which stay in it. */
    static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
