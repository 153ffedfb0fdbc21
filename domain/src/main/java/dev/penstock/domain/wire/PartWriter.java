// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.control.RingGeometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes PART notifications into a buffer of its own, which is reused. */
public final class PartWriter {
    private static final byte[] NO_HEADER = {};
    private static final int FIXED_BYTES = 48;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(Notification.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] previousHeader = NO_HEADER;
    private int entries;

    /**
     * The most bytes that an entry takes.
     *
     * @param headerBytes of the object's header, without those that it shares with the one before
     * @param objectBytes the object's length
     */
    public static int maxEntryBytes(int headerBytes, long objectBytes) {
        return 1 + 2 * Varint.bytes(objectBytes) + 2 * 2 + headerBytes + Long.BYTES;
    }

    /** How many bytes a notification has for entries. */
    public static int entryRoom() {
        return Notification.MAX_BYTES - FIXED_BYTES;
    }

    /** How many leading bytes two headers share. */
    public static int sharedBytes(byte[] previous, byte[] header) {
        int mismatch = Arrays.mismatch(previous, header);
        return mismatch < 0 ? header.length : mismatch;
    }

    /** Begins a new message. */
    public void begin(long epoch, long sequence, int page, long pageOffset, long lengthBytes) {
        if (pageOffset % RingGeometry.ALIGNMENT != 0) {
            throw new IllegalArgumentException("part at offset " + pageOffset);
        }
        buffer.clear();
        Notification.putHeader(buffer, Notification.PART, 0, epoch, sequence);
        buffer.putInt(page).putInt(0).putLong(pageOffset).putLong(lengthBytes);
        previousHeader = NO_HEADER;
        entries = 0;
    }

    /**
     * Appends an entry.
     *
     * @param flags {@link PartEntry} flags
     * @param objectBytes used with FIRST
     * @param header used with FIRST
     * @param digest used with DIGEST
     */
    public void add(int flags, long pieceBytes, long objectBytes, byte[] header, long digest) {
        buffer.put((byte) flags);
        Varint.put(buffer, pieceBytes);
        if ((flags & PartEntry.FIRST) != 0) {
            Varint.put(buffer, objectBytes);
            int shared = sharedBytes(previousHeader, header);
            Varint.put(buffer, shared);
            Varint.put(buffer, header.length - shared);
            buffer.put(header, shared, header.length - shared);
            previousHeader = header;
        }
        if ((flags & PartEntry.DIGEST) != 0) {
            buffer.putLong(digest);
        }
        entries++;
    }

    /** Ends the message: the bytes to send, valid until {@link #begin}. */
    public ByteBuffer end() {
        buffer.putInt(Notification.COUNT_OFFSET, entries);
        return buffer.flip();
    }
}
