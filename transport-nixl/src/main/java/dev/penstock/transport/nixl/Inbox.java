// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Notifications that arrived and were not reported yet, in their order. One buffer that is filled from empty and read to its
 * end, so that a steady stream allocates nothing.
 */
final class Inbox {
    private static final int INITIAL_BYTES = 64 << 10;
    // What a burst left behind is given back rather than kept for ever.
    private static final int KEPT_BYTES = 1 << 20;
    private static final int FULL_BYTES = 16 << 20;

    private final ByteBuffer current =
            ByteBuffer.allocate(Envelope.MAX_MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer log = ByteBuffer.allocate(INITIAL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int readAt;
    private int writeAt;
    private long token;
    private byte kind;

    boolean isEmpty() {
        return readAt == writeAt;
    }

    /** Whether to let what arrives wait at the senders until some of this was read. */
    boolean isFull() {
        return writeAt - readAt > FULL_BYTES;
    }

    /** Appends a notification, with its envelope, from the buffer's beginning. */
    void add(ByteBuffer notification, int length) {
        int needed = writeAt + Integer.BYTES + length;
        if (needed > log.capacity()) {
            ByteBuffer larger =
                    ByteBuffer.allocate(Math.max(needed, 2 * log.capacity())).order(ByteOrder.LITTLE_ENDIAN);
            larger.put(0, log, 0, writeAt);
            log = larger;
        }
        log.putInt(writeAt, length);
        log.put(writeAt + Integer.BYTES, notification, 0, length);
        writeAt = needed;
    }

    /** Makes the next notification the current one. There must be one. */
    void next() {
        int length = log.getInt(readAt);
        int at = readAt + Integer.BYTES;
        token = log.getLong(at);
        kind = log.get(at + Envelope.KIND_AT);
        int messageLength = length - Envelope.BYTES;
        current.clear().limit(messageLength);
        current.put(0, log, at + Envelope.BYTES, messageLength);
        readAt = at + length;
        if (isEmpty()) {
            readAt = 0;
            writeAt = 0;
            if (log.capacity() > KEPT_BYTES) {
                log = ByteBuffer.allocate(INITIAL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    /** The current notification's sender. */
    long token() {
        return token;
    }

    /** The current notification's kind, as it was sent. */
    byte kind() {
        return kind;
    }

    /** The current notification's message, little-endian, from position 0; valid until the next one. */
    ByteBuffer message() {
        return current;
    }
}
