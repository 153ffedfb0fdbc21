// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What a program says about an object that has no key: where it belongs.
 *
 * @param round the round
 * @param object its index in the round, 0 for the first
 */
public record ObjectHeader(int round, int object) {
    // Not a ByteBuffer: a round of small objects makes thousands of headers in a millisecond.
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** The header's bytes. */
    public byte[] encode() {
        byte[] header = new byte[2 * Integer.BYTES];
        INTS.set(header, 0, round);
        INTS.set(header, Integer.BYTES, object);
        return header;
    }

    /**
     * What {@link #encode} made.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ObjectHeader decode(byte[] header) {
        if (header.length != 2 * Integer.BYTES) {
            throw new IllegalArgumentException("a header of " + header.length + " bytes");
        }
        return new ObjectHeader((int) INTS.get(header, 0), (int) INTS.get(header, Integer.BYTES));
    }
}
