// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.ports.memory.Pattern;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What objects say: bytes and header are functions of the object's number. */
public final class Contents {
    private Contents() {}

    /** The bytes of an object. */
    public static byte[] of(int number, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long base = Pattern.base(number);
        for (long word = 0; buffer.remaining() >= Long.BYTES; word++) {
            buffer.putLong(Pattern.mix(base + word * Pattern.STEP));
        }
        long last = Pattern.word(number, lengthBytes / Long.BYTES);
        while (buffer.hasRemaining()) {
            buffer.put((byte) last);
            last >>>= Byte.SIZE;
        }
        return bytes;
    }

    /** Some objects have long headers, most share the first bytes of theirs with their neighbours. */
    static byte[] header(int number) {
        int prefix = number % 7 == 0 ? 3000 : number / 5 % 40;
        byte[] header = new byte[prefix + Integer.BYTES];
        Arrays.fill(header, 0, prefix, (byte) (number / 5));
        ByteBuffer.wrap(header).putInt(prefix, number);
        return header;
    }

    static int number(byte[] header) {
        return ByteBuffer.wrap(header).getInt(header.length - Integer.BYTES);
    }
}
