// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.Alignment;
import dev.penstock.domain.wire.CreditReader;
import dev.penstock.domain.wire.Notification;
import dev.penstock.domain.wire.PartEntry;
import dev.penstock.domain.wire.PartWriter;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a pipe. Stepped by the loop's thread, which alone may call.
 *
 * <p>Objects go out in the order in which they were given. Up to {@link PipeConfig#depth} parts are filled or written at a
 * time, as far as the receiver's credits reach. A part leaves when it is as long as the {@linkplain CutPolicy cut} allows,
 * or when the link would go idle otherwise: one small object is not delayed, and many small ones share a write.
 */
public final class PipeSender {
    private final PipeConfig config;
    private final Memory memory;
    private final PagedKvMover mover;
    private final KvTransport transport;
    private final Telemetry telemetry;
    private final Peer peer;
    private final long epoch;
    private final RingGeometry remote;
    private final SenderSlots slots;
    private final CutPolicy cuts;
    private final int maxSegments;

    private final PartWriter writer = new PartWriter();
    private final CreditReader credits = new CreditReader();
    private final SequenceWindow creditsSeen = new SequenceWindow(SequenceWindow.CREDITS);
    /** What the credits that are there said, by sequence: it counts once no earlier one is missing. */
    private final long[] announcedThrough = new long[SequenceWindow.CREDITS];

    /** Granted pages in the order of their grants, as a ring buffer; every page is in it at most once. */
    private final int[] granted;

    private final boolean[] holdsCredit;
    private int grantedHead;
    private int grantedCount;

    private final ArrayDeque<OutgoingObject> queue = new ArrayDeque<>();
    /** Objects whose last piece has its place, in order, until they are acknowledged. */
    private final ArrayDeque<OutgoingObject> awaiting = new ArrayDeque<>();

    private final Map<Long, FailureKind> rejections = new HashMap<>();
    /** Reservations that are ready and neither committed nor abandoned. */
    private int openReservations;

    private long queuedBytes;
    private long settledObjects;

    private final ArrayDeque<Flight> freeFlights = new ArrayDeque<>();
    /** Sealed flights in the order of their sequence, until they are posted. */
    private final ArrayDeque<Flight> sealed = new ArrayDeque<>();

    private int postedFlights;
    private @Nullable Flight open;
    private int openSlot = -1;
    private int openPage = -1;
    private long pageCursor;
    private long nextSequence = 1;
    private long postedThrough;
    private long consumedThrough;
    private long progress;
    private boolean ending;
    private @Nullable KvTransferException failure;

    /**
     * A pipe over an open session.
     *
     * @param remote the ring that the peer offered
     * @param slots where parts are filled
     */
    public PipeSender(
            PipeConfig config, PipePorts ports, Peer peer, long epoch, RingGeometry remote, SenderSlots slots) {
        this.config = config;
        this.memory = ports.memory();
        this.mover = ports.mover();
        this.transport = ports.transport();
        this.telemetry = ports.telemetry();
        this.peer = peer;
        this.epoch = epoch;
        this.remote = remote;
        this.slots = slots;
        this.cuts = new CutPolicy(remote.pageBytes(), config.minPartBytes());
        this.maxSegments = transport.maxSegments();
        this.granted = new int[remote.pages()];
        this.holdsCredit = new boolean[remote.pages()];
        for (int i = 0; i < config.depth() + 1; i++) {
            freeFlights.add(new Flight(this, maxSegments));
        }
    }

    /**
     * Queues an object.
     *
     * @param header what the receiver's sink is told about it, at most {@link PartEntry#MAX_HEADER_BYTES}; not copied
     * @return false if the queue is full: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the header or the object is too long, or the source is not within its region,
     *     or a slot mapping entry not within its cache
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean send(byte[] header, SendSource source, SendListener listener) {
        check(header, source);
        return enqueue(new OutgoingObject(header, source, listener));
    }

    /**
     * Checks what {@link #send} checks, and queues nothing.
     *
     * @throws IllegalArgumentException as {@link #send}
     * @throws KvTransferException as {@link #send}
     */
    public void check(byte[] header, SendSource source) {
        checkObject(header, source.lengthBytes());
        source.check(memory);
        if (source.granularity() > remote.pageBytes()) {
            throw new IllegalArgumentException("rows that are cut at " + source.granularity()
                    + " bytes do not fit into pages of " + remote.pageBytes() + " bytes");
        }
    }

    /**
     * Queues a reservation: {@code ready} is called when there is room, then the owner writes the bytes and commits.
     *
     * @return false if the queue is full: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the object can't fit into the ring at once; send it from memory of its own then
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean reserve(byte[] header, long lengthBytes, Reservation.Listener ready, SendListener listener) {
        checkObject(header, lengthBytes);
        long limit = maxReservationBytes();
        if (lengthBytes > limit) {
            throw new IllegalArgumentException(
                    "an object of " + lengthBytes + " bytes can't be written in the ring, which has " + limit
                            + "; send it from memory of its own, or enlarge the ring");
        }
        return enqueue(new OutgoingObject(header, lengthBytes, new Reservation(this, ready), listener));
    }

    /** The longest object that can be reserved: a page. Its owner may keep it for long, so it takes no more than that. */
    public long maxReservationBytes() {
        return remote.pageBytes();
    }

    private void checkObject(byte[] header, long lengthBytes) {
        if (failure != null) {
            throw failure;
        }
        if (ending) {
            throw new KvTransferException(FailureKind.CLOSED, "send an object", "this side is closing the session");
        }
        if (header.length > PartEntry.MAX_HEADER_BYTES) {
            throw new IllegalArgumentException("an object header of " + header.length + " bytes");
        }
        if (lengthBytes < 0 || lengthBytes > PartEntry.MAX_OBJECT_BYTES) {
            throw new IllegalArgumentException("an object of " + lengthBytes + " bytes");
        }
    }

    private boolean enqueue(OutgoingObject object) {
        if (queue.size() >= config.maxQueuedObjects()) {
            return false;
        }
        queue.add(object);
        queuedBytes += object.lengthBytes;
        return true;
    }

    /** Bytes of the receiver's pages. */
    public long pageBytes() {
        return remote.pageBytes();
    }

    /** How many objects can be queued when none is. */
    public int queueCapacity() {
        return config.maxQueuedObjects();
    }

    /** How many more objects can be queued now. */
    public int queueRoom() {
        return config.maxQueuedObjects() - queue.size();
    }

    /** Takes no further objects: from here on {@link #send} and {@link #reserve} throw. */
    public void end() {
        ending = true;
    }

    /** Whether everything that was given is acknowledged, rejected or failed. */
    public boolean idle() {
        return queue.isEmpty() && awaiting.isEmpty() && open == null && sealed.isEmpty() && postedFlights == 0;
    }

    /**
     * Whether nothing here touches memory any more: no fill or write is under way, and no owner of a reservation may be
     * writing. Only then may slots be given back.
     */
    public boolean quiet() {
        if (postedFlights > 0 || openReservations > 0) {
            return false;
        }
        for (Flight flight : sealed) {
            if (flight.state == Flight.State.FILLING) {
                return false;
            }
        }
        return true;
    }

    /** Grows whenever something happened: an object moved on or was acknowledged, or a credit arrived. */
    public long progress() {
        return progress;
    }

    /** Whether what is missing is somebody's commit, not the peer's doing. */
    public boolean waitsForOwner() {
        Flight head = sealed.peek();
        return postedFlights == 0 && head != null && head.state == Flight.State.SEALED && head.uncommitted > 0;
    }

    /** Objects that are queued or not settled. */
    public int pendingObjects() {
        return queue.size() + awaiting.size();
    }

    /** Moves everything that can move. Returns how much did. */
    public int step() {
        if (failure != null) {
            return 0;
        }
        int work = place();
        work += sealIfLinkWouldIdle();
        work += fill();
        work += post();
        progress += work;
        return work;
    }

    private int place() {
        int work = 0;
        while (!queue.isEmpty()) {
            OutgoingObject object = queue.peek();
            if (!openFlightFor(object)) {
                break;
            }
            placePiece(object);
            work++;
            if (object.placed()) {
                queue.remove();
                awaiting.add(object);
                if (object.reservation != null) {
                    openReservations++;
                    object.reservation.tellOwner();
                }
            }
        }
        return work;
    }

    /** Makes {@link #open} a flight that takes a piece of the object; false if there is no credit, slot or flight. */
    private boolean openFlightFor(OutgoingObject object) {
        long granularity = object.granularity();
        if (open != null && mustSealBefore(object, open, granularity)) {
            seal(open);
        }
        if (open != null) {
            return true;
        }
        if (freeFlights.isEmpty() || nextSequence - consumedThrough >= SequenceWindow.PARTS) {
            return false;
        }
        if (openPage >= 0 && pageIsSpentFor(object, granularity)) {
            if (grantedCount == 0) {
                // The receiver would wait for the rest of this page, and this side for another one.
                seal(openFlight());
                endPage();
                return false;
            }
            endPage();
        }
        if (openPage < 0 && !beginPage()) {
            return false;
        }
        open = openFlight();
        return true;
    }

    private Flight openFlight() {
        Flight flight = freeFlights.remove();
        flight.open(openSlot, openPage, pageCursor);
        slots.retain(openSlot);
        return flight;
    }

    private boolean mustSealBefore(OutgoingObject object, Flight flight, long granularity) {
        long room = partLimit(flight) - flight.cursor;
        return !flight.hasRoomFor(object.header)
                || room < Math.min(granularity, Math.max(1, object.unplacedBytes()))
                || goesAlone(object)
                || goesAlone(flight.object(flight.entries - 1))
                || (!object.begun && wholeObjectNeedsNewPage(object, flight.cursor));
    }

    /** A reservation of some size is a part of its own: it leaves when it is committed, whatever its neighbours do. */
    private boolean goesAlone(OutgoingObject object) {
        return object.reservation != null && object.lengthBytes >= remote.pageBytes() / 16;
    }

    /** Objects that fit into a page are not cut by its end. */
    private boolean wholeObjectNeedsNewPage(OutgoingObject object, long cursor) {
        return cursor > 0
                && object.lengthBytes > remote.pageBytes() - cursor
                && object.lengthBytes <= remote.pageBytes();
    }

    private boolean pageIsSpentFor(OutgoingObject object, long granularity) {
        long room = remote.pageBytes() - pageCursor;
        return room < Math.min(granularity, Math.max(1, object.unplacedBytes()))
                || (!object.begun && wholeObjectNeedsNewPage(object, pageCursor));
    }

    private long partLimit(Flight flight) {
        // A reservation is written by its owner at once: cutting it finer would gain nothing.
        OutgoingObject next = queue.peek();
        if (next != null && next.reservation != null) {
            return remote.pageBytes();
        }
        return Math.min(remote.pageBytes(), flight.pageOffset + cuts.nextPartBytes(flight.lengthBytes() + queuedBytes));
    }

    private boolean beginPage() {
        if (grantedCount == 0) {
            return false;
        }
        int page = granted[grantedHead];
        int slot = slots.take(page);
        if (slot < 0) {
            return false;
        }
        grantedHead = (grantedHead + 1) % granted.length;
        grantedCount--;
        openPage = page;
        openSlot = slot;
        pageCursor = 0;
        return true;
    }

    private void endPage() {
        holdsCredit[openPage] = false;
        slots.release(openSlot);
        openPage = -1;
        openSlot = -1;
    }

    private void placePiece(OutgoingObject object) {
        Flight flight = Objects.requireNonNull(open);
        long room = Math.max(partLimit(flight), Math.min(remote.pageBytes(), flight.cursor + object.granularity()))
                - flight.cursor;
        long bytes = object.unplacedBytes();
        if (bytes > room) {
            bytes = room / object.granularity() * object.granularity();
        }
        if (object.source instanceof SendSource.Registered registered) {
            bytes = Math.min(bytes, registered.from(object.placedBytes).lengthBytes());
        }
        boolean isFirst = !object.begun;
        boolean isLast = bytes == object.unplacedBytes();
        long objectOffset = object.placedBytes;
        long slotOffset = slots.span(flight.slot).offsetBytes() + flight.cursor;
        int entry = flight.addEntry(object, bytes, isFirst, isLast);
        describeMoves(object, flight, entry, objectOffset, slotOffset, bytes);
        object.begun = true;
        object.placedBytes += bytes;
        object.flights++;
        object.unfilled++;
        queuedBytes -= bytes;
        flight.cursor = Math.min(remote.pageBytes(), Alignment.up(flight.end));
        pageCursor = flight.cursor;
        if (flight.cursor == remote.pageBytes()) {
            seal(flight);
            endPage();
        } else if (flight.cursor >= partLimit(flight)) {
            seal(flight);
        }
    }

    private void describeMoves(
            OutgoingObject object, Flight flight, int entry, long objectOffset, long slotOffset, long bytes) {
        long remoteOffset = flight.remotePage * remote.pageBytes() + flight.cursor;
        SendSource source = object.source;
        if (source == null) {
            Reservation reservation = Objects.requireNonNull(object.reservation);
            reservation.place(new Span(slots.region(), slotOffset, bytes), flight, object);
            flight.uncommitted++;
            if (config.digest()) {
                flight.noteDigest(addInPlace(flight, slots.region(), slotOffset, bytes, objectOffset), entry);
            }
        } else if (source instanceof SendSource.Gathered gathered) {
            flight.addGather(gathered.chunk().piece(objectOffset, new Span(slots.region(), slotOffset, bytes)), entry);
        } else if (source instanceof SendSource.Registered && !slots.shared()) {
            Span from = source.from(objectOffset);
            if (config.digest()) {
                flight.noteDigest(addInPlace(flight, from.region(), from.offsetBytes(), bytes, objectOffset), entry);
            }
            flight.writes.add(from.region(), from.offsetBytes(), remote.region(), remoteOffset, bytes, 0);
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

    private void seal(Flight flight) {
        flight.state = Flight.State.SEALED;
        flight.sequence = nextSequence++;
        for (int i = 0; i < flight.entries; i++) {
            if (flight.isLast(i)) {
                flight.object(i).lastSequence = flight.sequence;
            }
        }
        sealed.add(flight);
        cuts.partSealed();
        open = null;
    }

    private int sealIfLinkWouldIdle() {
        Flight flight = open;
        if (flight == null || sealed.size() + postedFlights >= 2) {
            return 0;
        }
        seal(flight);
        return 1;
    }

    private int fill() {
        if (sealed.isEmpty()) {
            return 0;
        }
        int work = 0;
        for (Flight flight : sealed) {
            if (flight.state == Flight.State.SEALED && flight.uncommitted == 0) {
                startFill(flight);
                work++;
            }
        }
        return work;
    }

    private void startFill(Flight flight) {
        flight.state = Flight.State.FILLING;
        boolean copies = flight.copies.size() > 0;
        boolean digests = flight.digests.size() > 0;
        boolean gathers = !flight.gathers.isEmpty();
        flight.fillsPending = (copies ? 1 : 0) + (digests ? 1 : 0) + (gathers ? 1 : 0);
        if (flight.fillsPending == 0) {
            fillDone(flight);
            return;
        }
        if (copies) {
            memory.submit(
                    config.digest() ? CopyMode.COPY_AND_DIGEST : CopyMode.COPY, flight.copies, flight.fillCompletion);
        }
        if (digests) {
            memory.submit(CopyMode.DIGEST, flight.digests, flight.fillCompletion);
        }
        if (gathers) {
            mover.submitGather(flight.gathers, flight.digestsOfGathers(config.digest()), flight.fillCompletion);
        }
    }

    void filled(Flight flight) {
        progress++;
        if (--flight.fillsPending == 0) {
            fillDone(flight);
        }
    }

    private void fillDone(Flight flight) {
        flight.state = Flight.State.FILLED;
        if (config.digest()) {
            flight.collectDigests();
        }
        long moved = flight.copies.totalBytes();
        for (int i = 0; i < flight.gathers.size(); i++) {
            moved += flight.gathers.get(i).dense().lengthBytes();
        }
        telemetry.add(Metric.MEMORY_BYTES_READ, moved + flight.writes.totalBytes());
        telemetry.add(Metric.MEMORY_BYTES_WRITTEN, moved);
        telemetry.add(Metric.DIGEST_BYTES_READ, flight.digests.totalBytes());
        for (int i = 0; i < flight.entries; i++) {
            OutgoingObject object = flight.object(i);
            object.unfilled--;
            object.releaseSourceIfUnused();
        }
        if (failure != null) {
            retire(flight);
        }
    }

    void fillFailed(Flight flight, KvTransferException cause) {
        fail(cause);
        filled(flight);
    }

    private int post() {
        int work = 0;
        while (!sealed.isEmpty() && sealed.peek().state == Flight.State.FILLED && postedFlights < config.depth()) {
            Flight flight = sealed.remove();
            flight.state = Flight.State.POSTED;
            postedFlights++;
            postedThrough = flight.sequence;
            writer.begin(epoch, flight.sequence, flight.remotePage, flight.pageOffset, flight.lengthBytes());
            flight.describe(writer, config.digest());
            transport.submitWrite(peer, flight.writes, writer.end(), flight.writeCompletion);
            telemetry.add(Metric.PARTS_POSTED, 1);
            work++;
        }
        return work;
    }

    void written(Flight flight, @Nullable KvTransferException cause) {
        progress++;
        postedFlights--;
        if (cause == null) {
            telemetry.add(Metric.BYTES_SENT, flight.lengthBytes());
        }
        retire(flight);
        if (cause != null) {
            fail(cause);
        }
        if (postedFlights == 0 && sealed.isEmpty() && open == null && queue.isEmpty()) {
            cuts.burstEnded();
        }
    }

    /** The flight's memory is not touched any more. */
    private void retire(Flight flight) {
        sealed.remove(flight);
        for (int i = 0; i < flight.entries; i++) {
            OutgoingObject object = flight.object(i);
            object.flights--;
            object.releaseSourceIfUnused();
        }
        slots.release(flight.slot);
        flight.free();
        freeFlights.add(flight);
    }

    /**
     * Takes a CREDIT notification of this session.
     *
     * @throws KvTransferException of kind PROTOCOL if it breaks the protocol; the session must fail then
     */
    public void onCredit(ByteBuffer message) {
        if (failure != null) {
            return;
        }
        long sequence = Notification.sequence(message);
        if (!creditsSeen.add(sequence)) {
            telemetry.add(Metric.DUPLICATE_NOTIFICATIONS, 1);
            return;
        }
        progress++;
        credits.read(message, remote);
        if (credits.consumedThrough() > postedThrough) {
            throw protocol("consumed through " + credits.consumedThrough() + ", but only " + postedThrough
                    + " parts were sent");
        }
        for (int page = credits.nextPage(); page >= 0; page = credits.nextPage()) {
            if (holdsCredit[page]) {
                throw protocol("page " + page + " is granted twice");
            }
            holdsCredit[page] = true;
            granted[(grantedHead + grantedCount) % granted.length] = page;
            grantedCount++;
        }
        while (credits.nextRejection()) {
            long number = credits.rejectedObject();
            // The object at the head of the queue may have begun; those behind it have not.
            if (number <= settledObjects || number > settledObjects + awaiting.size() + 1) {
                throw protocol("object " + number + " is rejected, which is not under way");
            }
            rejections.put(number, credits.rejectionKind());
        }
        announcedThrough[slotOf(sequence)] = credits.consumedThrough();
        if (creditsSeen.lowestMissing() > sequence) {
            // All before it are there too, so none that is missing rejects an object that it says is consumed.
            consumedThrough = Math.max(consumedThrough, announcedThrough[slotOf(creditsSeen.lowestMissing() - 1)]);
            settleConsumed();
        }
    }

    private static int slotOf(long sequence) {
        return (int) (sequence % SequenceWindow.CREDITS);
    }

    private void settleConsumed() {
        while (!awaiting.isEmpty() && awaiting.peek().lastSequence <= consumedThrough) {
            OutgoingObject object = awaiting.remove();
            settledObjects++;
            FailureKind rejection = rejections.isEmpty() ? null : rejections.remove(settledObjects);
            if (rejection != null) {
                object.fail(new KvTransferException(rejection, "send an object", rejectionMessage(rejection)));
            } else if (object.abandoned) {
                object.fail(new KvTransferException(FailureKind.CLOSED, "send an object", "its owner gave it up"));
            } else {
                object.acknowledge();
                telemetry.add(Metric.OBJECTS_ACKNOWLEDGED, 1);
            }
        }
    }

    private static String rejectionMessage(FailureKind kind) {
        return switch (kind) {
            case CORRUPTED -> "the receiver got other bytes than were sent; the object was dropped";
            case CAPACITY -> "the receiver has no room for an object of this size";
            default -> "the receiver does not take it";
        };
    }

    private static KvTransferException protocol(String what) {
        return new KvTransferException(FailureKind.PROTOCOL, "take a credit", what);
    }

    void reservationDone(OutgoingObject object, Flight flight, boolean abandoned) {
        object.abandoned = abandoned;
        progress++;
        openReservations--;
        flight.uncommitted--;
        if (failure != null && flight.uncommitted == 0) {
            retireUnfilled(flight);
        }
    }

    /** What failed the pipe, or null. */
    public @Nullable KvTransferException failure() {
        return failure;
    }

    /**
     * Ends the pipe: everything that is not settled fails now. What is under way goes on until it is terminal, and
     * {@link #quiet} tells when that is. Does nothing the second time.
     */
    public void fail(KvTransferException cause) {
        if (failure != null) {
            return;
        }
        failure = cause;
        if (open != null) {
            seal(open);
        }
        for (Flight flight : sealed.toArray(new Flight[0])) {
            boolean ownerMayWrite = flight.state == Flight.State.SEALED && flight.uncommitted > 0;
            if (flight.state != Flight.State.FILLING && !ownerMayWrite) {
                retireUnfilled(flight);
            }
        }
        // Listeners are told last: they may look at this pipe.
        OutgoingObject[] lost = concat();
        awaiting.clear();
        queue.clear();
        queuedBytes = 0;
        for (OutgoingObject object : lost) {
            object.fail(cause);
        }
    }

    private void retireUnfilled(Flight flight) {
        if (flight.state == Flight.State.SEALED) {
            for (int i = 0; i < flight.entries; i++) {
                flight.object(i).unfilled--;
            }
        }
        retire(flight);
    }

    private OutgoingObject[] concat() {
        OutgoingObject[] all = new OutgoingObject[awaiting.size() + queue.size()];
        int count = 0;
        for (OutgoingObject object : awaiting) {
            all[count++] = object;
        }
        for (OutgoingObject object : queue) {
            all[count++] = object;
        }
        return all;
    }
}
