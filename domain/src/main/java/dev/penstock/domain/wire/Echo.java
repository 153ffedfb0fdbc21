// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Questions and answers that have nothing but a number: docs/protocol.md, section 2. */
public final class Echo {
    private Echo() {}

    /** A buffer for one message. */
    public static ByteBuffer buffer() {
        return ByteBuffer.allocate(Notification.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes a question into a {@link #buffer}, and returns it. */
    public static ByteBuffer ping(ByteBuffer buffer, long epoch, long number) {
        return put(buffer, Notification.PING, epoch, number);
    }

    /** Writes the answer to a question into a {@link #buffer}, and returns it. */
    public static ByteBuffer pong(ByteBuffer buffer, long epoch, long number) {
        return put(buffer, Notification.PONG, epoch, number);
    }

    private static ByteBuffer put(ByteBuffer buffer, byte type, long epoch, long number) {
        buffer.clear();
        Notification.putHeader(buffer, type, 0, epoch, number);
        return buffer.flip();
    }

    /**
     * The number of a question or an answer.
     *
     * @throws dev.penstock.ports.KvTransferException of kind PROTOCOL if there is more in it than a number
     */
    public static long number(ByteBuffer message) {
        if (message.remaining() != Notification.HEADER_BYTES || Notification.count(message) != 0) {
            throw WireFailure.of(
                    "an echo of " + message.remaining() + " bytes and " + Notification.count(message) + " entries");
        }
        return Notification.sequence(message);
    }
}
