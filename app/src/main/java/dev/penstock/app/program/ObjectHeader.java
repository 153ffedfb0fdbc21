// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import java.nio.ByteBuffer;

/**
 * What a program says about an object that has no key: where it belongs.
 *
 * @param round the round
 * @param object its index in the round, 0 for the first
 */
public record ObjectHeader(int round, int object) {
    /** The header's bytes. */
    public byte[] encode() {
        return ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(round)
                .putInt(object)
                .array();
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
        ByteBuffer buffer = ByteBuffer.wrap(header);
        return new ObjectHeader(buffer.getInt(), buffer.getInt());
    }
}
