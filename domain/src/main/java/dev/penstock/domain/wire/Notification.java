// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;

/** The header that all notifications share: docs/protocol.md, section 2. */
public final class Notification {
    /** The type of a {@link PartReader part}. */
    public static final byte PART = 1;
    /** The type of a {@link CreditReader credit}. */
    public static final byte CREDIT = 2;
    /** The type of a question in an {@link Echo}. */
    public static final byte PING = 3;
    /** The type of an answer in an {@link Echo}. */
    public static final byte PONG = 4;
    /** The longest notification, in bytes. */
    public static final int MAX_BYTES = 16 * 1024;

    static final byte VERSION = 1;
    static final int HEADER_BYTES = 24;
    static final int COUNT_OFFSET = 4;

    private Notification() {}

    /** The type of a message, which must have at least a header of this version. Leaves the position. */
    public static byte type(ByteBuffer message) {
        if (message.remaining() < HEADER_BYTES) {
            throw WireFailure.of(message.remaining() + " bytes are no header");
        }
        int at = message.position();
        byte version = message.get(at + 1);
        if (version != VERSION) {
            throw WireFailure.of("version " + version + ", this side speaks " + VERSION);
        }
        if (message.getShort(at + 2) != 0) {
            throw WireFailure.of("reserved bytes are not zero");
        }
        return message.get(at);
    }

    /**
     * The epoch of a message whose {@link #type} was read.
     *
     * @throws KvTransferException never; the header is known to be there
     */
    public static long epoch(ByteBuffer message) {
        return message.getLong(message.position() + 8);
    }

    /** The sequence of a message whose {@link #type} was read. */
    public static long sequence(ByteBuffer message) {
        return message.getLong(message.position() + 16);
    }

    static int count(ByteBuffer message) {
        return message.getInt(message.position() + COUNT_OFFSET);
    }

    static void putHeader(ByteBuffer buffer, byte type, int count, long epoch, long sequence) {
        buffer.put(type)
                .put(VERSION)
                .putShort((short) 0)
                .putInt(count)
                .putLong(epoch)
                .putLong(sequence);
    }
}
