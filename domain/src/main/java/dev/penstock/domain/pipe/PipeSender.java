// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.CreditReader;
import dev.penstock.domain.wire.Echo;
import dev.penstock.domain.wire.Notification;
import dev.penstock.domain.wire.PartEntry;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.PartStage;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a pipe. Stepped by the loop's thread, which alone may call.
 *
 * <p>Objects go out in the order in which they were given. Up to {@link PipeConfig#depth} parts are filled or written at a
 * time, as far as the receiver's credits reach. A part leaves when it is as long as the {@linkplain CutPolicy cut} allows,
 * or when the link would go idle otherwise: one small object is not delayed, and many small ones share a write.
 */
public final class PipeSender {
    /** So many parts of the shortest length are written while one is filled and posted, also when that takes long. */
    private static final int RUNNING_DRY_PARTS = 3;

    /** With so many parts being filled, the first write is waited for before others are begun: they would delay it. */
    private static final int FIRST_FILLS = 2;

    private final PipeConfig config;
    private final PipePorts ports;
    private final Peer peer;
    private final long epoch;
    private final Telemetry telemetry;
    private final RingGeometry remote;
    private final SenderSlots slots;
    private final CreditReader reader = new CreditReader();

    private final ArrayDeque<OutgoingObject> queue = new ArrayDeque<>();
    private final CreditedPages credits;
    private final PartPlacer placer;
    private final FlightLine line;
    private final Acknowledgements acknowledgements;

    /** Measures the link; null if nobody ever asked for that. */
    private @Nullable LinkCheck check;

    /** Null if nothing was ever rehearsed. */
    private @Nullable Rehearsal rehearsal;

    private long queuedBytes;
    /** Whether an object was queued since the last step, so that others may follow. */
    private boolean queueGrew;
    /** Reservations that are ready and neither committed nor abandoned. */
    private int openReservations;

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
        this.ports = ports;
        this.peer = peer;
        this.epoch = epoch;
        this.telemetry = ports.telemetry();
        this.remote = remote;
        this.slots = slots;
        this.credits = new CreditedPages(remote.pages());
        this.line = new FlightLine(config, ports, peer, epoch, slots);
        this.placer = new PartPlacer(config, remote, slots, credits, line);
        this.acknowledgements = new Acknowledgements(telemetry);
    }

    /**
     * Queues an object.
     *
     * @param header what the receiver's sink is told about it, at most {@link PartEntry#MAX_HEADER_BYTES}; not copied
     * @return false if the queue is full: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the header or the object is too long, or the source is not within its region
     *     or, where it is to be read by the transport, not registered, or a slot mapping entry not within its cache
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
        source.check(ports.memory(), ports.transport());
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
        queueGrew = true;
        queuedBytes += object.lengthBytes;
        return true;
    }

    /**
     * Measures the link. Objects that are queued meanwhile wait until that is over, which takes about a tenth of a second.
     *
     * @throws IllegalStateException if an object is under way, or the link is being measured
     * @throws KvTransferException the session's failure, if it has failed
     */
    public void measureLink(Clock clock, LinkListener listener) {
        if (failure != null) {
            throw failure;
        }
        if (checksLink() || checkWrites() || pendingObjects() > rehearsing() || placer.hasOpenPart()) {
            throw new IllegalStateException("a link is measured while nothing else is done with it");
        }
        if (check == null) {
            check = new LinkCheck(clock, ports, peer, epoch, remote, slots, credits, config.depth());
        }
        placer.letGoOfPage();
        check.begin(listener);
    }

    /**
     * Takes a PONG notification of this session.
     *
     * @throws KvTransferException of kind PROTOCOL if nothing was asked; the session must fail then
     */
    public void onPong(ByteBuffer message) {
        long number = Echo.number(message);
        if (check == null) {
            throw new KvTransferException(FailureKind.PROTOCOL, "take an answer", "nothing was asked");
        }
        if (check.answered(number)) {
            progress++;
        } else {
            telemetry.add(Metric.DUPLICATE_NOTIFICATIONS, 1);
        }
    }

    /**
     * Goes through the motions of sending, if nothing else is under way: sends two objects of 256 bytes that the receiver
     * drops. What has not run for a few milliseconds has left the processor's caches, and would take several times as long
     * for the next object.
     *
     * @throws KvTransferException of kind CAPACITY if there is no memory for them, the first time
     */
    public void rehearse() {
        if (failure != null || ending || slots.shared() || checksLink() || !idle()) {
            return;
        }
        if (rehearsal == null) {
            rehearsal = new Rehearsal(ports.memory());
        }
        rehearsal.place(placer, acknowledgements);
        if (placer.hasOpenPart()) {
            placer.sealOpenPart();
        }
        // What comes next begins a burst nevertheless.
        placer.burstEnded();
        line.fill();
    }

    /** Objects of a rehearsal that are not settled. */
    private int rehearsing() {
        return rehearsal == null ? 0 : rehearsal.unsettled();
    }

    private boolean checksLink() {
        return check != null && !check.isOver();
    }

    private boolean checkWrites() {
        return check != null && check.isWriting();
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
        return pendingObjects() == 0 && !placer.hasOpenPart() && line.underWay() == 0 && !checkWrites();
    }

    /**
     * Whether nothing here touches memory any more: no fill or write is under way, and no owner of a reservation may be
     * writing. Only then may slots be given back.
     */
    public boolean quiet() {
        return openReservations == 0 && line.quiet() && !checkWrites();
    }

    /** Whether the peer's memory may be written: by the transport, or where it is filled directly, by fills and owners. */
    public boolean mayWriteToPeer() {
        return slots.shared() ? !quiet() : line.hasPosted() || checkWrites();
    }

    /** Grows whenever something happened: an object moved on or was acknowledged, or a credit arrived. */
    public long progress() {
        return progress + line.progress();
    }

    /** Whether the peer has to do something before this side gets on; not while what is missing is somebody's commit. */
    public boolean waitsForPeer() {
        return checksLink() || (pendingObjects() > 0 && !line.waitsForOwner());
    }

    /** Objects that are queued or not settled. */
    public int pendingObjects() {
        return queue.size() + acknowledgements.size();
    }

    /** Moves everything that can move. Returns how much did. */
    public int step() {
        KvTransferException broken = check == null || check.failure() == null ? line.failure() : check.failure();
        if (broken != null) {
            fail(broken);
        }
        if (failure != null) {
            return 0;
        }
        if (check != null && !check.isOver()) {
            int work = line.fill() + line.post() + check.step();
            progress += work;
            return work;
        }
        // First what is ready: a fill that is begun takes its time to be handed to the memory.
        int work = line.post();
        work += placeAndFill();
        if (!line.hasPosted()) {
            // A burst begins: the second part is filled while the first one is posted, so that the link has it in time.
            work += placeAndFill();
        }
        work += line.post();
        line.prepare();
        if (work == 0 && queue.isEmpty() && line.underWay() == 0) {
            placer.burstEnded();
        }
        queueGrew = false;
        progress += work;
        return work;
    }

    private int placeAndFill() {
        int work = 0;
        if (line.hasPosted() || line.filling() < FIRST_FILLS) {
            work = place();
        }
        if (placer.hasOpenPart() && (line.underWay() < 2 || runsDry())) {
            // The link would go idle: what there is leaves now.
            placer.sealOpenPart();
            work++;
        }
        return work + line.fill();
    }

    /** Whether nothing seems to follow, and what is under way is written by the time that the open part can be. */
    private boolean runsDry() {
        return queue.isEmpty()
                && !queueGrew
                && placer.openPartBytes() >= config.minPartBytes() / 2
                && line.bytesUnderWay() < RUNNING_DRY_PARTS * config.minPartBytes();
    }

    /** Places pieces until a part is complete: it is filled, and what was filled before is posted, before the next one. */
    private int place() {
        int work = 0;
        long sequence = line.nextSequence();
        while (!queue.isEmpty() && line.nextSequence() == sequence) {
            OutgoingObject object = queue.peek();
            long unplaced = object.unplacedBytes();
            boolean mayBegin = line.nextSequence() - acknowledgements.consumedThrough() < SequenceWindow.PARTS;
            // Small ones that still come in share long parts, whatever the end of the burst will be like.
            boolean growing = queueGrew && object.lengthBytes < config.minPartBytes();
            if (!placer.place(object, queuedBytes, growing, mayBegin)) {
                break;
            }
            queuedBytes -= unplaced - object.unplacedBytes();
            work++;
            if (object.placed()) {
                queue.remove();
                acknowledgements.await(object);
                if (object.reservation != null) {
                    openReservations++;
                    object.reservation.tellOwner();
                }
            }
        }
        return work;
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
        if (!acknowledgements.isNew(sequence)) {
            telemetry.add(Metric.DUPLICATE_NOTIFICATIONS, 1);
            return;
        }
        progress++;
        reader.read(message, remote);
        if (reader.consumedThrough() > line.postedThrough()) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "take a credit",
                    "consumed through " + reader.consumedThrough() + ", but only " + line.postedThrough()
                            + " parts were sent");
        }
        for (int page = reader.nextPage(); page >= 0; page = reader.nextPage()) {
            credits.grant(page);
        }
        while (reader.nextRejection()) {
            acknowledgements.reject(reader.rejectedObject(), reader.rejectionKind());
        }
        telemetry.part(PartStage.ACKNOWLEDGED, epoch, reader.consumedThrough(), 0);
        acknowledgements.announced(sequence, reader.consumedThrough());
    }

    void reservationDone(OutgoingObject object, Flight flight, boolean abandoned) {
        object.abandoned = abandoned;
        openReservations--;
        line.ownerDone(flight);
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
        if (placer.hasOpenPart()) {
            placer.sealOpenPart();
        }
        line.breakOff();
        if (check != null) {
            check.fail(cause);
        }
        // Listeners are told last: they may look at this pipe.
        List<OutgoingObject> lost = new ArrayList<>();
        acknowledgements.giveUp(lost);
        lost.addAll(queue);
        queue.clear();
        queuedBytes = 0;
        for (OutgoingObject object : lost) {
            object.fail(cause);
        }
    }

    /** Gives back the memory that the pipe took for itself; once, when it is {@link #quiet}. */
    public void release() {
        if (rehearsal != null) {
            rehearsal.release();
        }
    }
}
