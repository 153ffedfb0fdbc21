// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.Digest;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import org.jspecify.annotations.Nullable;

/** One object on its way out: how far it got. */
final class OutgoingObject {
    final byte[] header;
    final long lengthBytes;
    /** Null for a reservation, whose bytes are written into the slot by their owner. */
    final @Nullable SendSource source;

    final @Nullable Reservation reservation;
    private final SendListener listener;
    private final long granularity;

    /** Bytes that have their place in a flight. */
    long placedBytes;
    /** Sum of the digests of the filled pieces. */
    long digest;
    /** The sequence of the part with the last piece; known once that has its place. */
    long lastSequence = Long.MAX_VALUE;
    /** Flights with pieces of this object that are not terminal; counted down for a registered source alone. */
    int flights;
    /** Flights with pieces of this object whose bytes were not taken from the source yet. */
    int unfilled;

    boolean begun;
    boolean abandoned;
    private boolean sourceReleased;
    private boolean settled;

    OutgoingObject(byte[] header, SendSource source, SendListener listener) {
        this(header, source.lengthBytes(), source, null, listener);
    }

    OutgoingObject(byte[] header, long lengthBytes, Reservation reservation, SendListener listener) {
        this(header, lengthBytes, null, reservation, listener);
    }

    private OutgoingObject(
            byte[] header,
            long lengthBytes,
            @Nullable SendSource source,
            @Nullable Reservation reservation,
            SendListener listener) {
        this.header = header;
        this.lengthBytes = lengthBytes;
        this.source = source;
        this.reservation = reservation;
        this.listener = listener;
        this.granularity = source == null ? RingGeometry.ALIGNMENT : source.granularity();
    }

    long unplacedBytes() {
        return lengthBytes - placedBytes;
    }

    void pieceWasPlaced(long bytes) {
        begun = true;
        placedBytes += bytes;
        flights++;
        unfilled++;
    }

    boolean placed() {
        return begun && placedBytes == lengthBytes;
    }

    /** All pieces but the last one are a multiple of this many bytes long. */
    long granularity() {
        return granularity;
    }

    /** Tells the owner that the source is free, if nothing reads it any more. */
    void releaseSourceIfUnused() {
        boolean unused = source instanceof SendSource.Registered ? flights == 0 : unfilled == 0;
        if (!sourceReleased && unused && (placed() || settled)) {
            sourceReleased = true;
            listener.sourceReleased();
        }
    }

    void acknowledge() {
        if (!settled) {
            settled = true;
            listener.acknowledged();
        }
    }

    void fail(KvTransferException cause) {
        if (!settled) {
            settled = true;
            listener.failed(cause);
        }
        releaseSourceIfUnused();
    }

    boolean settled() {
        return settled;
    }

    static {
        // Pieces are cut at the alignment of pages, which must suit the digest too.
        if (RingGeometry.ALIGNMENT % Digest.UNIT_BYTES != 0) {
            throw new ExceptionInInitializerError("pages must be aligned to digest units");
        }
    }
}
