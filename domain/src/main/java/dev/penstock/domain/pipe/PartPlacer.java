// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Cuts objects into pieces, and gives each its place in a part of a page that the receiver has granted. */
final class PartPlacer {
    private static final int NO_PAGE = -1;

    private final boolean digest;
    private final RingGeometry remote;
    private final SenderSlots slots;
    private final CreditedPages credits;
    private final FlightLine line;
    private final CutPolicy cuts;

    /** Collects pieces. */
    private @Nullable Flight open;
    /** The page that parts are placed in, and the slot in which they are filled. */
    private int page = NO_PAGE;

    private int slot = NO_PAGE;
    /** Where the next part may begin in the page. */
    private long pageCursor;

    PartPlacer(PipeConfig config, RingGeometry remote, SenderSlots slots, CreditedPages credits, FlightLine line) {
        this.digest = config.digest();
        this.remote = remote;
        this.slots = slots;
        this.credits = credits;
        this.line = line;
        this.cuts = new CutPolicy(remote.pageBytes(), config.minPartBytes());
    }

    /** Whether a part has pieces and is not sealed. */
    boolean hasOpenPart() {
        return open != null;
    }

    /** The length of the open part. */
    long openPartBytes() {
        return Objects.requireNonNull(open).lengthBytes();
    }

    /** Seals the open part. */
    void sealOpenPart() {
        seal(Objects.requireNonNull(open));
    }

    /** Nothing is under way: what comes next begins a burst. */
    void burstEnded() {
        cuts.burstEnded();
    }

    /**
     * Ends the page that the next part would begin in: the receiver may have no other one to grant, and this side no other
     * slot. While no part is open.
     */
    void letGoOfPage() {
        if (page != NO_PAGE && line.hasFree()) {
            endPageEarly();
        }
    }

    private void endPageEarly() {
        seal(line.open(slot, page, pageCursor));
        endPage();
    }

    /**
     * Gives the next piece of an object its place.
     *
     * @param waitingBytes bytes that are known to follow, those of the piece included
     * @param growing whether others seem to follow them
     * @param mayBegin whether a further part may be begun
     * @return whether there was room
     */
    boolean place(OutgoingObject object, long waitingBytes, boolean growing, boolean mayBegin) {
        Flight flight = open;
        // Of many small objects all but a few take this way: what it needs is computed once.
        long limit = flight == null ? 0 : partLimit(object, flight, waitingBytes, growing);
        if (flight != null && mustSealBefore(object, flight, limit)) {
            seal(flight);
            flight = null;
        }
        if (flight == null) {
            flight = begin(object, mayBegin);
            if (flight == null) {
                return false;
            }
            limit = partLimit(object, flight, waitingBytes, growing);
        }
        placePiece(object, flight, limit);
        return true;
    }

    /** Begins a part that takes a piece of the object; null if there is no credit, slot or flight. */
    private @Nullable Flight begin(OutgoingObject object, boolean mayBegin) {
        if (!mayBegin || !line.hasFree()) {
            return null;
        }
        if (page != NO_PAGE && pageIsSpentFor(object)) {
            if (credits.isEmpty()) {
                // The receiver would wait for the rest of this page, and this side for another one.
                endPageEarly();
                return null;
            }
            endPage();
        }
        if (page == NO_PAGE && !beginPage()) {
            return null;
        }
        Flight begun = line.open(slot, page, pageCursor);
        open = begun;
        return begun;
    }

    private boolean mustSealBefore(OutgoingObject object, Flight flight, long limit) {
        return !flight.hasRoomFor(object)
                || limit - flight.cursor < leastPiece(object)
                || goesAlone(object)
                || goesAlone(flight.lastObject())
                || needsNewPage(object, flight.cursor);
    }

    private boolean pageIsSpentFor(OutgoingObject object) {
        return remote.pageBytes() - pageCursor < leastPiece(object) || needsNewPage(object, pageCursor);
    }

    /** The room that the next piece of an object needs at least; even an object of no bytes needs a place in a page. */
    private static long leastPiece(OutgoingObject object) {
        return Math.min(object.granularity(), Math.max(1, object.unplacedBytes()));
    }

    /** A reservation of some size is a part of its own: it leaves when it is committed, whatever its neighbours do. */
    private boolean goesAlone(OutgoingObject object) {
        return object.reservation != null && object.lengthBytes >= remote.pageBytes() / 16;
    }

    /** Objects that fit into a page are not cut by its end. */
    private boolean needsNewPage(OutgoingObject object, long cursor) {
        return !object.begun
                && cursor > 0
                && object.lengthBytes > remote.pageBytes() - cursor
                && object.lengthBytes <= remote.pageBytes();
    }

    private long partLimit(OutgoingObject next, Flight flight, long waitingBytes, boolean growing) {
        if (next.reservation != null) {
            // It is written by its owner at once: cutting it finer would gain nothing.
            return remote.pageBytes();
        }
        boolean toFill = digest || slots.shared() || !(next.source instanceof SendSource.Registered);
        return Math.min(
                remote.pageBytes(),
                flight.pageOffset + cuts.nextPartBytes(flight.lengthBytes() + waitingBytes, growing, toFill));
    }

    private boolean beginPage() {
        if (credits.isEmpty()) {
            return false;
        }
        int taken = slots.take(credits.next());
        if (taken < 0) {
            return false;
        }
        page = credits.next();
        slot = taken;
        pageCursor = 0;
        credits.begin();
        return true;
    }

    private void endPage() {
        credits.end(page);
        slots.release(slot);
        page = NO_PAGE;
        slot = NO_PAGE;
    }

    private void seal(Flight flight) {
        line.seal(flight);
        cuts.partSealed(flight.lengthBytes());
        open = null;
    }

    private void placePiece(OutgoingObject object, Flight flight, long limit) {
        long bytes = pieceBytes(object, flight, limit);
        long objectOffset = object.placedBytes;
        long slotOffset = slots.span(flight.slot).offsetBytes() + flight.cursor;
        int entry = flight.addEntry(object, bytes, !object.begun, bytes == object.unplacedBytes());
        describeMoves(object, flight, entry, objectOffset, slotOffset, bytes);
        object.pieceWasPlaced(bytes);
        flight.cursor = Math.min(remote.pageBytes(), Alignment.up(flight.end));
        pageCursor = flight.cursor;
        if (flight.cursor == remote.pageBytes()) {
            seal(flight);
            endPage();
        } else if (flight.cursor >= limit) {
            seal(flight);
        }
    }

    private long pieceBytes(OutgoingObject object, Flight flight, long limit) {
        long granularity = object.granularity();
        // A part may be a little longer than the policy says where its first piece could not begin otherwise.
        long end = Math.max(limit, Math.min(remote.pageBytes(), flight.cursor + granularity));
        long room = end - flight.cursor;
        long bytes = object.unplacedBytes();
        if (bytes > room) {
            bytes = room / granularity * granularity;
        }
        if (object.source instanceof SendSource.Registered registered) {
            bytes = Math.min(bytes, registered.from(object.placedBytes).lengthBytes());
        }
        return bytes;
    }

    private void describeMoves(
            OutgoingObject object, Flight flight, int entry, long objectOffset, long slotOffset, long bytes) {
        long remoteOffset = flight.remotePage * remote.pageBytes() + flight.cursor;
        SendSource source = object.source;
        if (source == null) {
            Reservation reservation = Objects.requireNonNull(object.reservation);
            reservation.place(new Span(slots.region(), slotOffset, bytes), flight, object);
            flight.uncommitted++;
            if (digest) {
                flight.noteDigest(addInPlace(flight, slots.region(), slotOffset, bytes, objectOffset), entry);
            }
        } else if (source instanceof SendSource.Gathered gathered) {
            flight.addGather(gathered.chunk().piece(objectOffset, new Span(slots.region(), slotOffset, bytes)), entry);
        } else if (source instanceof SendSource.Registered && !slots.shared()) {
            Span from = source.from(objectOffset);
            if (digest) {
                flight.noteDigest(addInPlace(flight, from.region(), from.offsetBytes(), bytes, objectOffset), entry);
            }
            flight.addDirectWrite(from.slice(0, bytes), remote.region(), remoteOffset);
            return;
        } else {
            Span from = source.from(objectOffset);
            flight.noteCopy(
                    flight.copies.add(
                            from.region(), from.offsetBytes(), slots.region(), slotOffset, bytes, objectOffset),
                    entry);
        }
        if (!slots.shared()) {
            flight.addStagedWrite(slots.region(), slotOffset, remote.region(), remoteOffset, bytes);
        }
    }

    private static int addInPlace(Flight flight, RegionId region, long offset, long bytes, long objectOffset) {
        return flight.digests.add(region, offset, region, offset, bytes, objectOffset);
    }
}
