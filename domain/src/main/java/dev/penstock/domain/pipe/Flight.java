// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.PartEntry;
import dev.penstock.domain.wire.PartWriter;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One part on its way out: collects pieces, is filled, is written. Reused.
 *
 * <pre>{@code FREE -> OPEN -> SEALED -> FILLING -> FILLED -> POSTED -> FREE}</pre>
 */
final class Flight {
    enum State {
        FREE,
        OPEN,
        SEALED,
        FILLING,
        FILLED,
        POSTED
    }

    private static final long[] NO_DIGESTS = {};

    /** Pieces that the memory copies into the slot. */
    final SegmentList copies = new SegmentList(PartEntry.MAX_ENTRIES);
    /** Pieces that are where they must be and only need a digest. */
    final SegmentList digests = new SegmentList(PartEntry.MAX_ENTRIES);
    /** Pieces that the mover gathers into the slot. */
    final List<PagedPiece> gathers = new ArrayList<>();

    private final int[] gatherEntry = new int[PartEntry.MAX_ENTRIES];
    private final int[] copyEntry = new int[PartEntry.MAX_ENTRIES];
    private final int[] digestEntry = new int[PartEntry.MAX_ENTRIES];
    long[] gatherDigests = NO_DIGESTS;

    /** What the transport writes. */
    final SegmentList writes;

    /** What its receiver is told: an entry for each piece. */
    private final PartWriter message = new PartWriter();

    private final OutgoingObject[] object = new OutgoingObject[PartEntry.MAX_ENTRIES];
    private final boolean digest;
    private final long epoch;

    final Completion fillCompletion;
    final Completion writeCompletion;

    State state = State.FREE;

    int slot;
    int remotePage;
    /** Where the part begins in its page, and in its slot. */
    long pageOffset;
    /** Where the next piece may begin, in the page. */
    long cursor;
    /** Where the last piece ends, in the page. */
    long end;

    long sequence;
    /** Reservations with a piece here that are not committed. */
    int uncommitted;
    /** Fill requests that the memory has not completed. */
    int fillsPending;
    /** Whether the transport knows about its write. */
    boolean prepared;
    /** Whether a piece is of a source that is to be kept until it is written. */
    private boolean hasRegistered;

    /** A flight of a session, with digests of its objects or without. */
    Flight(FlightLine line, int maxSegments, long epoch, boolean digest) {
        this.epoch = epoch;
        this.digest = digest;
        writes = new SegmentList(Math.min(maxSegments, PartEntry.MAX_ENTRIES));
        fillCompletion = new Completion() {
            @Override
            public void completed() {
                line.filled(Flight.this, null);
            }

            @Override
            public void failed(KvTransferException failure) {
                line.filled(Flight.this, failure);
            }
        };
        writeCompletion = new Completion() {
            @Override
            public void completed() {
                line.written(Flight.this, null);
            }

            @Override
            public void failed(KvTransferException failure) {
                line.written(Flight.this, failure);
            }
        };
    }

    void open(long itsSequence, int openSlot, int page, long offset) {
        state = State.OPEN;
        sequence = itsSequence;
        slot = openSlot;
        remotePage = page;
        pageOffset = offset;
        cursor = offset;
        end = offset;
        message.begin(epoch, itsSequence, page, offset);
        uncommitted = 0;
        fillsPending = 0;
        prepared = false;
        hasRegistered = false;
        copies.clear();
        digests.clear();
        gathers.clear();
        gatherDigests = NO_DIGESTS;
        writes.clear();
    }

    /** The part is complete. */
    void seal() {
        state = State.SEALED;
    }

    /** Whether it was not filled since somebody may be writing in its slot. */
    boolean ownersMayWrite() {
        return state == State.SEALED && uncommitted > 0;
    }

    /** All pieces have been taken from their sources, or never will be. */
    void releaseFilledSources() {
        for (int i = 0; i < message.entries(); i++) {
            object[i].unfilled--;
            object[i].releaseSourceIfUnused();
        }
    }

    /** The part's write is terminal, or there will be none. */
    void releaseWrittenSources() {
        if (!hasRegistered) {
            // Sources of all other kinds were released before.
            return;
        }
        for (int i = 0; i < message.entries(); i++) {
            object[i].flights--;
            object[i].releaseSourceIfUnused();
        }
    }

    long lengthBytes() {
        return end - pageOffset;
    }

    boolean hasRoomFor(OutgoingObject of) {
        return !writes.isFull() && message.hasRoomFor(of.header, of.lengthBytes);
    }

    int addEntry(OutgoingObject of, long bytes, boolean isFirst, boolean isLast) {
        int flags = isFirst ? PartEntry.FIRST : 0;
        if (isLast) {
            flags |= digest ? PartEntry.LAST | PartEntry.DIGEST : PartEntry.LAST;
            of.lastSequence = sequence;
        }
        int entry = message.add(flags, bytes, of.lengthBytes, of.header);
        object[entry] = of;
        hasRegistered |= of.source instanceof SendSource.Registered;
        end = cursor + bytes;
        return entry;
    }

    /** The object whose piece was added last. */
    OutgoingObject lastObject() {
        return object[message.entries() - 1];
    }

    /** Adds a piece that is written from the slot; neighbours, and the gap that aligns them, become one segment. */
    void addStagedWrite(RegionId slots, long slotOffset, RegionId remote, long remoteOffset, long bytes) {
        int previous = writes.size() - 1;
        if (previous >= 0 && writes.fromRegion(previous).equals(slots)) {
            writes.extendLast(slotOffset + bytes - writes.fromOffset(previous) - writes.length(previous));
        } else {
            writes.add(slots, slotOffset, remote, remoteOffset, bytes, 0);
        }
    }

    /** Adds a piece that is written from where it is; pieces that lie side by side at both ends become one segment. */
    void addDirectWrite(Span from, RegionId remote, long remoteOffset) {
        int previous = writes.size() - 1;
        if (previous >= 0
                && writes.fromRegion(previous).equals(from.region())
                && writes.fromOffset(previous) + writes.length(previous) == from.offsetBytes()
                && writes.toOffset(previous) + writes.length(previous) == remoteOffset) {
            writes.extendLast(from.lengthBytes());
        } else {
            writes.add(from.region(), from.offsetBytes(), remote, remoteOffset, from.lengthBytes(), 0);
        }
    }

    /** Whether there is something to write, and all of it from one run of that region. */
    boolean isWrittenFrom(RegionId region) {
        return writes.size() == 1 && writes.fromRegion(0).equals(region);
    }

    void addGather(PagedPiece piece, int entry) {
        gatherEntry[gathers.size()] = entry;
        gathers.add(piece);
    }

    void noteCopy(int index, int entry) {
        copyEntry[index] = entry;
    }

    void noteDigest(int index, int entry) {
        digestEntry[index] = entry;
    }

    long[] digestsOfGathers() {
        if (!digest) {
            gatherDigests = NO_DIGESTS;
        } else if (gatherDigests.length != gathers.size()) {
            gatherDigests = new long[gathers.size()];
        }
        return gatherDigests;
    }

    /** Adds what the fill computed to the objects' digests. */
    void collectDigests() {
        if (!digest) {
            return;
        }
        for (int i = 0; i < copies.size(); i++) {
            object[copyEntry[i]].digest += copies.digest(i);
        }
        for (int i = 0; i < digests.size(); i++) {
            object[digestEntry[i]].digest += digests.digest(i);
        }
        for (int i = 0; i < gatherDigests.length; i++) {
            object[gatherEntry[i]].digest += gatherDigests[i];
        }
    }

    /** What the receiver is told, once this part and all before it are filled. */
    ByteBuffer message() {
        for (int i = 0; i < message.entries(); i++) {
            if (message.endsObject(i)) {
                OutgoingObject of = object[i];
                if (digest) {
                    message.setDigest(i, of.digest);
                }
                if (of.abandoned) {
                    message.setAbandoned(i);
                }
            }
        }
        return message.end(lengthBytes());
    }

    /** Makes the flight free again; drops what it refers to. */
    void free() {
        state = State.FREE;
        Arrays.fill(object, 0, message.entries(), null);
        gathers.clear();
    }
}
