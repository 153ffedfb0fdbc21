// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.control.RingGeometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes a PART notification into a buffer of its own, which is reused: {@link #begin}, then the entries, whose digests can
 * follow later, then {@link #end}.
 */
public final class PartWriter {
    private static final byte[] NO_HEADER = {};
    private static final int LENGTH_OFFSET = 40;
    private static final int FIXED_BYTES = 48;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(Notification.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    /** Where each entry begins in the buffer, and behind the last one where the next would. */
    private final int[] begins = new int[PartEntry.MAX_ENTRIES + 1];

    private int entries;
    private byte[] previousHeader = NO_HEADER;

    /**
     * The most bytes that an entry takes, whatever piece of the object it is.
     *
     * @param headerBytes of the object's header, without those that it shares with the one before
     * @param objectBytes the object's length
     */
    static int maxEntryBytes(int headerBytes, long objectBytes) {
        // Either the object's length follows the piece's, or at the end a digest.
        int lengthBytes = Varint.bytes(objectBytes);
        return 1 + lengthBytes + Math.max(lengthBytes, Long.BYTES) + 2 * 2 + headerBytes;
    }

    /** Whether an entry has the object's length: not where that is the piece's. */
    static boolean saysObjectBytes(int flags) {
        return (flags & (PartEntry.FIRST | PartEntry.LAST)) == PartEntry.FIRST;
    }

    /** Begins a new message. */
    public void begin(long epoch, long sequence, int page, long pageOffset) {
        if (pageOffset % RingGeometry.ALIGNMENT != 0) {
            throw new IllegalArgumentException("part at offset " + pageOffset);
        }
        buffer.clear();
        Notification.putHeader(buffer, Notification.PART, 0, epoch, sequence);
        buffer.putInt(page).putInt(0).putLong(pageOffset).putLong(0);
        previousHeader = NO_HEADER;
        entries = 0;
        begins[0] = FIXED_BYTES;
    }

    /** How many entries there are. */
    public int entries() {
        return entries;
    }

    /** Whether an entry for a piece of an object, whatever piece it is, can be appended. */
    public boolean hasRoomFor(byte[] header, long objectBytes) {
        if (entries == PartEntry.MAX_ENTRIES) {
            return false;
        }
        // Most often there is plenty, and what headers share need not be looked for.
        int room = buffer.remaining();
        return maxEntryBytes(header.length, objectBytes) <= room
                || maxEntryBytes(header.length - sharedBytes(previousHeader, header), objectBytes) <= room;
    }

    /** How many leading bytes two headers share. */
    private static int sharedBytes(byte[] previous, byte[] header) {
        int mismatch = Arrays.mismatch(previous, header);
        return mismatch < 0 ? header.length : mismatch;
    }

    /**
     * Appends an entry, for which there must be {@linkplain #hasRoomFor room}.
     *
     * @param flags {@link PartEntry} flags; a DIGEST is 0 until it is {@linkplain #setDigest set}
     * @param objectBytes used with FIRST; the piece's with FIRST and LAST
     * @param header used with FIRST
     * @return the entry's index, 0 for the first
     */
    public int add(int flags, long pieceBytes, long objectBytes, byte[] header) {
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
            buffer.putLong(0);
        }
        int entry = entries++;
        begins[entries] = buffer.position();
        return entry;
    }

    /** Whether an entry was appended with LAST. */
    public boolean endsObject(int entry) {
        return (buffer.get(begins[entry]) & PartEntry.LAST) != 0;
    }

    /** Sets the digest of an entry that was appended with DIGEST. */
    public void setDigest(int entry, long digest) {
        buffer.putLong(begins[entry + 1] - Long.BYTES, digest);
    }

    /** Adds ABANDONED to the flags of an entry that was appended with LAST. */
    public void setAbandoned(int entry) {
        buffer.put(begins[entry], (byte) (buffer.get(begins[entry]) | PartEntry.ABANDONED));
    }

    /**
     * Ends the message.
     *
     * @param lengthBytes of the range that the entries describe
     * @return the bytes to send, valid until {@link #begin}
     */
    public ByteBuffer end(long lengthBytes) {
        buffer.putInt(Notification.COUNT_OFFSET, entries);
        buffer.putLong(LENGTH_OFFSET, lengthBytes);
        return buffer.flip();
    }
}
