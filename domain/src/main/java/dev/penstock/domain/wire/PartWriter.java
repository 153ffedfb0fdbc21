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
     * The most bytes that an entry takes, whatever piece of the object it is.
     *
     * @param headerBytes of the object's header, without those that it shares with the one before
     * @param objectBytes the object's length
     */
    public static int maxEntryBytes(int headerBytes, long objectBytes) {
        return 1 + 2 * Varint.bytes(objectBytes) + 2 * 2 + headerBytes + Long.BYTES;
    }

    /**
     * The bytes that an entry takes, with a digest where there can be one.
     *
     * @param flags FIRST and LAST count
     * @param previous the header of the FIRST entry before
     * @param header the object's
     */
    public static int entryBytes(int flags, long pieceBytes, long objectBytes, byte[] previous, byte[] header) {
        int bytes = 1 + Varint.bytes(pieceBytes);
        if (saysObjectBytes(flags)) {
            bytes += Varint.bytes(objectBytes);
        }
        if ((flags & PartEntry.FIRST) != 0) {
            int shared = sharedBytes(previous, header);
            int further = header.length - shared;
            bytes += Varint.bytes(shared) + Varint.bytes(further) + further;
        }
        return (flags & PartEntry.LAST) == 0 ? bytes : bytes + Long.BYTES;
    }

    /** Whether an entry has the object's length: not where that is the piece's. */
    static boolean saysObjectBytes(int flags) {
        return (flags & (PartEntry.FIRST | PartEntry.LAST)) == PartEntry.FIRST;
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
     * @param objectBytes used with FIRST; the piece's with FIRST and LAST
     * @param header used with FIRST
     * @param digest used with DIGEST
     */
    public void add(int flags, long pieceBytes, long objectBytes, byte[] header, long digest) {
        buffer.put((byte) flags);
        Varint.put(buffer, pieceBytes);
        if (saysObjectBytes(flags)) {
            Varint.put(buffer, objectBytes);
        }
        if ((flags & PartEntry.FIRST) != 0) {
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
