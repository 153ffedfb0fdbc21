// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads PART notifications and checks everything that can be checked without the receiver's state. Reused: {@link #read}
 * begins a message, {@link #next} steps through its entries.
 */
public final class PartReader {
    private static final byte[] NO_HEADER = {};

    private ByteBuffer message = ByteBuffer.allocate(0);
    private long sequence;
    private int page;
    private long pageOffset;
    private long length;
    private int entriesLeft;
    private boolean endsPage;
    private long nextPieceOffset;
    private byte[] header = NO_HEADER;

    private int flags;
    private long pieceOffset;
    private long pieceBytes;
    private long objectBytes;
    private long digest;

    /**
     * Begins with a message of type {@link Notification#PART}.
     *
     * @param buffer little-endian; must stay as it is while the entries are read
     * @param geometry the ring that the part must lie in
     * @throws KvTransferException of kind PROTOCOL
     */
    public void read(ByteBuffer buffer, RingGeometry geometry) {
        message = buffer;
        sequence = Notification.sequence(buffer);
        entriesLeft = Notification.count(buffer);
        if (buffer.remaining() < 48) {
            throw WireFailure.of(buffer.remaining() + " bytes are no part");
        }
        buffer.position(buffer.position() + Notification.HEADER_BYTES);
        page = buffer.getInt();
        int reserved = buffer.getInt();
        pageOffset = buffer.getLong();
        length = buffer.getLong();
        if (reserved != 0) {
            throw WireFailure.of("reserved bytes are not zero");
        }
        if (page < 0 || page >= geometry.pages()) {
            throw WireFailure.of("page " + page + " of " + geometry.pages());
        }
        if (pageOffset < 0
                || pageOffset % RingGeometry.ALIGNMENT != 0
                || length < 0
                || pageOffset > geometry.pageBytes()
                || length > geometry.pageBytes() - pageOffset) {
            throw WireFailure.of(
                    "a range of " + length + " bytes at " + pageOffset + " in a page of " + geometry.pageBytes());
        }
        // An entry takes at least two bytes: a flag and a length.
        if (entriesLeft < 0 || entriesLeft > PartEntry.MAX_ENTRIES || entriesLeft > buffer.remaining() / 2) {
            throw WireFailure.of(
                    Integer.toUnsignedString(entriesLeft) + " entries in " + buffer.remaining() + " bytes");
        }
        endsPage = entriesLeft == 0;
        if (endsPage && length != 0) {
            throw WireFailure.of("a range of " + length + " bytes without entries");
        }
        header = NO_HEADER;
        nextPieceOffset = pageOffset;
    }

    /**
     * Steps to the next entry.
     *
     * @return false after the last one
     * @throws KvTransferException of kind PROTOCOL
     */
    public boolean next() {
        if (entriesLeft == 0) {
            if (message.hasRemaining()) {
                throw WireFailure.of(message.remaining() + " bytes after the last entry");
            }
            return false;
        }
        entriesLeft--;
        if (!message.hasRemaining()) {
            throw WireFailure.of("an entry is cut off");
        }
        flags = message.get();
        if ((flags & ~PartEntry.ALL_FLAGS) != 0) {
            throw WireFailure.of("unknown entry flags " + Integer.toBinaryString(flags & 0xFF));
        }
        if ((flags & (PartEntry.DIGEST | PartEntry.ABANDONED)) != 0 && (flags & PartEntry.LAST) == 0) {
            throw WireFailure.of("a digest or an end before the last piece");
        }
        pieceOffset = nextPieceOffset;
        long end = pageOffset + length;
        pieceBytes = Varint.get(message, "piece length", Math.max(0, end - pieceOffset));
        long pieceEnd = pieceOffset + pieceBytes;
        nextPieceOffset = Alignment.up(pieceEnd);
        if (entriesLeft == 0 ? pieceEnd != end : nextPieceOffset > end) {
            throw WireFailure.of("pieces that do not fill their range");
        }
        if ((flags & PartEntry.FIRST) != 0) {
            objectBytes = PartWriter.saysObjectBytes(flags)
                    ? Varint.get(message, "object length", PartEntry.MAX_OBJECT_BYTES)
                    : pieceBytes;
            readHeader();
        }
        if ((flags & PartEntry.DIGEST) != 0) {
            if (message.remaining() < Long.BYTES) {
                throw WireFailure.of("a digest is cut off");
            }
            digest = message.getLong();
        }
        return true;
    }

    private void readHeader() {
        int shared = (int) Varint.get(message, "shared header bytes", header.length);
        int further = (int) Varint.get(message, "header bytes", PartEntry.MAX_HEADER_BYTES - shared);
        if (further > message.remaining()) {
            throw WireFailure.of("a header is cut off");
        }
        byte[] next = Arrays.copyOf(header, shared + further);
        message.get(next, shared, further);
        header = next;
    }

    /** The message's sequence. */
    public long sequence() {
        return sequence;
    }

    /** The page that was written. */
    public int page() {
        return page;
    }

    /** Whether the part has no entries and says only that nothing more is written in the page. */
    public boolean endsPage() {
        return endsPage;
    }

    /** Where the range begins in the page. */
    public long pageOffset() {
        return pageOffset;
    }

    /** How long the range is. */
    public long lengthBytes() {
        return length;
    }

    /** Whether the current entry has the {@link PartEntry} flag. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Where the current piece begins in the page. */
    public long pieceOffset() {
        return pieceOffset;
    }

    /** How long the current piece is. */
    public long pieceBytes() {
        return pieceBytes;
    }

    /** The object's length; with FIRST. */
    public long objectBytes() {
        return objectBytes;
    }

    /** The object's header, a new array; with FIRST. */
    public byte[] header() {
        return header;
    }

    /** The object's digest; with DIGEST. */
    public long digest() {
        return digest;
    }
}
