// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.FailureKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes CREDIT notifications into a buffer of its own, which is reused. Pages first, then rejections. */
public final class CreditWriter {
    /** The most pages of one message. */
    public static final int MAX_PAGES = 1024;
    /** The most rejections of one message. */
    public static final int MAX_REJECTIONS = PartEntry.MAX_ENTRIES;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(Notification.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int pages;

    /** Begins a new message. */
    public void begin(long epoch, long sequence, long consumedThrough) {
        buffer.clear();
        Notification.putHeader(buffer, Notification.CREDIT, 0, epoch, sequence);
        buffer.putLong(consumedThrough);
        pages = 0;
    }

    /** Grants a page. At most {@link #MAX_PAGES} times. */
    public void grant(int page) {
        buffer.putInt(page);
        pages++;
    }

    /** Says how many rejections follow. Called once, after the pages. */
    public void rejections(int count) {
        buffer.putInt(Notification.COUNT_OFFSET, pages);
        Varint.put(buffer, count);
    }

    /** Rejects an object. As often as {@link #rejections} said. */
    public void reject(long objectNumber, FailureKind kind) {
        Varint.put(buffer, objectNumber);
        buffer.put((byte) kind.code());
    }

    /** Ends the message: the bytes to send, valid until {@link #begin}. */
    public ByteBuffer end() {
        return buffer.flip();
    }
}
