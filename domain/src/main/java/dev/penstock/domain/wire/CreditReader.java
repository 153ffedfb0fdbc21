// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import java.nio.ByteBuffer;

/** Reads CREDIT notifications. Reused: {@link #read}, then {@link #nextPage} to the end, then {@link #nextRejection}. */
public final class CreditReader {
    private ByteBuffer message = ByteBuffer.allocate(0);
    private int ringPages;
    private int pagesLeft;
    private long rejectionsLeft;
    private long consumedThrough;
    private long rejectedObject;
    private FailureKind rejectionKind = FailureKind.NATIVE;

    /**
     * Begins with a message of type {@link Notification#CREDIT}.
     *
     * @param buffer little-endian; must stay as it is while it is read
     * @param geometry the ring whose pages are granted
     * @throws KvTransferException of kind PROTOCOL
     */
    public void read(ByteBuffer buffer, RingGeometry geometry) {
        message = buffer;
        ringPages = geometry.pages();
        pagesLeft = Notification.count(buffer);
        rejectionsLeft = -1;
        if (buffer.remaining() < Notification.HEADER_BYTES + Long.BYTES) {
            throw WireFailure.of(buffer.remaining() + " bytes are no credit");
        }
        buffer.position(buffer.position() + Notification.HEADER_BYTES);
        consumedThrough = buffer.getLong();
        if (consumedThrough < 0) {
            throw WireFailure.of("consumed through " + consumedThrough);
        }
        if (pagesLeft < 0
                || pagesLeft > CreditWriter.MAX_PAGES
                || (long) pagesLeft * Integer.BYTES > buffer.remaining()) {
            throw WireFailure.of(Integer.toUnsignedString(pagesLeft) + " pages in " + buffer.remaining() + " bytes");
        }
    }

    /** All parts up to this sequence are consumed. */
    public long consumedThrough() {
        return consumedThrough;
    }

    /**
     * The next granted page, or -1 after the last one.
     *
     * @throws KvTransferException of kind PROTOCOL
     */
    public int nextPage() {
        if (pagesLeft == 0) {
            return -1;
        }
        pagesLeft--;
        int page = message.getInt();
        if (page < 0 || page >= ringPages) {
            throw WireFailure.of("page " + page + " of " + ringPages);
        }
        return page;
    }

    /**
     * Steps to the next rejection, after all pages were read.
     *
     * @return false after the last one
     * @throws KvTransferException of kind PROTOCOL
     */
    public boolean nextRejection() {
        if (rejectionsLeft < 0) {
            rejectionsLeft = Varint.get(message, "number of rejections", CreditWriter.MAX_REJECTIONS);
        }
        if (rejectionsLeft == 0) {
            if (message.hasRemaining()) {
                throw WireFailure.of(message.remaining() + " bytes after the last rejection");
            }
            return false;
        }
        rejectionsLeft--;
        rejectedObject = Varint.get(message, "rejected object");
        if (!message.hasRemaining()) {
            throw WireFailure.of("a rejection is cut off");
        }
        int kind = message.get();
        rejectionKind = FailureKind.ofCode(kind).orElseThrow(() -> WireFailure.of("failure kind " + kind));
        return true;
    }

    /** The number of the rejected object. */
    public long rejectedObject() {
        return rejectedObject;
    }

    /** Why it was rejected. */
    public FailureKind rejectionKind() {
        return rejectionKind;
    }
}
