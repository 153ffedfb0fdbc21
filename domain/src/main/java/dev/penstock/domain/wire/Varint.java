// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import java.nio.ByteBuffer;

/** Unsigned LEB128 of up to 63 bits. */
final class Varint {
    static final int MAX_BYTES = 9;

    private Varint() {}

    /** How many bytes a value takes. */
    static int bytes(long value) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    static void put(ByteBuffer buffer, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative varint " + value);
        }
        long rest = value;
        while (rest >= 0x80) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    /** Reads a varint; {@code what} names it in the failure. */
    static long get(ByteBuffer buffer, String what) {
        long value = 0;
        for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
            if (!buffer.hasRemaining()) {
                throw WireFailure.of(what + " is cut off");
            }
            byte next = buffer.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw WireFailure.of(what + " is longer than 63 bits");
    }

    /** Reads a varint that must not exceed {@code max}. */
    static long get(ByteBuffer buffer, String what, long max) {
        long value = get(buffer, what);
        if (value > max) {
            throw WireFailure.of(what + " is " + value + ", at most " + max + " is allowed");
        }
        return value;
    }
}
