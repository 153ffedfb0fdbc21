// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.wire.Echo;
import dev.penstock.domain.wire.Notification;
import dev.penstock.domain.wire.PartReader;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.PartStage;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a pipe. Stepped by the loop's thread, which alone may call.
 *
 * <p>Grants empty pages as credits, takes parts in the order of their sequence, moves or checks their pieces
 * asynchronously, and hands objects to the {@link ObjectSink} in the order in which they were sent. A page is granted again
 * when nobody holds it any more: the pipe holds it from the grant to its end, each object that stays in it until it is
 * settled, and whoever keeps the object for as long as it likes.
 */
public final class PipeReceiver {
    private final KvTransport transport;
    private final Telemetry telemetry;
    private final Peer peer;
    private final long epoch;
    private final PagePool pool;
    private final RingGeometry geometry;
    private final ObjectSink sink;
    private final boolean sharedMemory;
    /** Made once: each object that stays in place needs it. */
    private final IntConsumer releasePage;

    private final PartReader reader = new PartReader();
    private final ByteBuffer echo = Echo.buffer();
    private final PartOrder order = new PartOrder();
    private final GrantedPages granted;
    private final CreditIssuer credits;
    private final PieceMover mover;

    private final ArrayDeque<ArrivedPart> freeParts = new ArrayDeque<>();
    /** Parts in the order of their sequence, until they are consumed. */
    private final ArrayDeque<ArrivedPart> parts = new ArrayDeque<>();
    /** Those of them whose pieces have not all been told where to go. */
    private final ArrayDeque<ArrivedPart> unplaced = new ArrayDeque<>();

    private final ObjectAssembly assembly;
    private final ArrivingObjects objects;
    private long consumedThrough;
    private long progress;
    private @Nullable KvTransferException failure;

    /**
     * A pipe over an open session.
     *
     * @param pool the pages that may be granted
     * @param emptyPages gives an empty page of the pool, held once, or -1: {@link PagePool#take} for a ring, a store's
     *     own way, which may evict, for a store
     * @param sink where objects go
     * @param sharedMemory whether the sender fills the pages itself, without a write by the transport
     */
    public PipeReceiver(
            PipeConfig config,
            PipePorts ports,
            Peer peer,
            long epoch,
            PagePool pool,
            IntSupplier emptyPages,
            ObjectSink sink,
            boolean sharedMemory) {
        this.transport = ports.transport();
        this.telemetry = ports.telemetry();
        this.peer = peer;
        this.epoch = epoch;
        this.pool = pool;
        this.geometry = pool.geometry();
        this.sink = sink;
        this.sharedMemory = sharedMemory;
        this.releasePage = pool::release;
        this.granted = new GrantedPages(pool);
        this.credits = new CreditIssuer(config, ports.transport(), peer, epoch, granted, geometry, emptyPages);
        this.mover = new PieceMover(config, ports, pool, this);
        this.objects = new ArrivingObjects(sink, credits, telemetry);
        this.assembly = new ObjectAssembly(this, config.digest(), objects);
    }

    /**
     * Takes a PART notification of this session.
     *
     * @throws KvTransferException of kind PROTOCOL if it breaks the protocol; the session must fail then
     */
    public void onPart(ByteBuffer message) {
        if (failure != null) {
            return;
        }
        long sequence = Notification.sequence(message);
        if (!order.isNew(sequence)) {
            telemetry.add(Metric.DUPLICATE_NOTIFICATIONS, 1);
            return;
        }
        progress++;
        if (order.isNext(sequence)) {
            takeEffect(message);
        } else {
            order.keep(sequence, message);
        }
    }

    /**
     * Answers a PING notification of this session.
     *
     * @throws KvTransferException of kind PROTOCOL if it breaks the protocol; the session must fail then
     */
    public void onPing(ByteBuffer message) {
        long number = Echo.number(message);
        if (failure == null) {
            transport.submitNotification(peer, Echo.pong(echo, epoch, number));
        }
    }

    private int takeKept() {
        int work = 0;
        ByteBuffer message = order.takeKept();
        while (message != null) {
            takeEffect(message);
            order.recycle(message);
            message = order.takeKept();
            work++;
        }
        return work;
    }

    private void takeEffect(ByteBuffer message) {
        order.advance();
        reader.read(message, geometry);
        granted.partBegins(reader.page(), reader.pageOffset());
        if (!sharedMemory) {
            telemetry.add(Metric.MEMORY_BYTES_WRITTEN, reader.lengthBytes());
        }
        ArrivedPart part = freeParts.isEmpty() ? new ArrivedPart() : freeParts.remove();
        part.sequence = reader.sequence();
        part.page = reader.page();
        part.holdsPage = true;
        pool.retain(part.page);
        parts.add(part);
        unplaced.add(part);
        while (reader.next()) {
            assembly.take(part, reader);
        }
        telemetry.part(PartStage.ARRIVED, epoch, part.sequence, reader.lengthBytes());
        granted.partEnds(reader.pageOffset() + reader.lengthBytes(), reader.endsPage());
    }

    /** Moves everything that can move. Returns how much did. */
    public int step() {
        if (failure != null) {
            return 0;
        }
        int work = takeKept();
        work += placeParts();
        work += objects.deliver();
        work += consume();
        work += credits.grant();
        if (granted.count() == 0) {
            giveUpIfItFillsTheRing();
        }
        work += credits.announce(consumedThrough);
        progress += work;
        return work;
    }

    private int placeParts() {
        int work = 0;
        ArrivedPart part = unplaced.peek();
        while (part != null) {
            int before = part.cursor;
            boolean placedAll = placePart(part);
            work += part.cursor - before;
            if (!placedAll) {
                break;
            }
            unplaced.remove();
            part = unplaced.peek();
        }
        return work;
    }

    private boolean placePart(ArrivedPart part) {
        while (part.cursor < part.entries) {
            ArrivingObject object = part.object[part.cursor];
            Placement placement = object.placement;
            if (placement == null) {
                placement = placementOf(object);
                if (placement instanceof Placement.Later) {
                    mover.submit();
                    return false;
                }
                object.placement = placement;
            }
            if (object.rejection == null) {
                mover.add(part, object, placement);
            }
            object.placedPieces++;
            part.cursor++;
        }
        mover.submit();
        letGoOfPageIfMoved(part);
        return true;
    }

    private Placement placementOf(ArrivingObject object) {
        if (object.abandoned) {
            return Placement.refuse(FailureKind.CLOSED);
        }
        Placement placement = sink.place(object);
        if (placement instanceof Placement.Refuse refuse) {
            object.rejection = refuse.kind();
        } else if (!(placement instanceof Placement.Later)) {
            object.accepted = true;
            checkPlace(object, placement);
        }
        return placement;
    }

    private void checkPlace(ArrivingObject object, Placement placement) {
        if (placement instanceof Placement.InPlace && object.lengthBytes() > geometry.totalBytes()) {
            object.rejection = FailureKind.CAPACITY;
        } else if (placement instanceof Placement.Into into) {
            checkLength(object, into.destination().lengthBytes());
        } else if (placement instanceof Placement.Scattered scattered) {
            checkLength(object, scattered.chunk().lengthBytes());
        }
    }

    private static void checkLength(ArrivingObject object, long destinationBytes) {
        if (destinationBytes != object.lengthBytes()) {
            throw new IllegalStateException(
                    "a destination of " + destinationBytes + " bytes for an object of " + object.lengthBytes());
        }
    }

    /** A request for a part's pieces has ended. */
    void moved(ArrivedPart part, @Nullable KvTransferException cause) {
        progress++;
        letGoOfPageIfMoved(part);
        if (cause != null && failure == null) {
            fail(cause);
        } else if (failure != null && !mover.isBusy()) {
            dropAll();
        }
    }

    /** The part's own hold on its page ends when its pieces are moved: what stays in place is held by its objects. */
    private void letGoOfPageIfMoved(ArrivedPart part) {
        if (part.moved()) {
            telemetry.part(PartStage.MOVED, epoch, part.sequence, 0);
            letGoOfPage(part);
        }
    }

    private void letGoOfPage(ArrivedPart part) {
        if (part.holdsPage) {
            part.holdsPage = false;
            pool.release(part.page);
        }
    }

    void settled(ArrivingObject object) {
        progress++;
        releasePages(object);
    }

    private void releasePages(ArrivingObject object) {
        object.forEachHeldPage(releasePage);
    }

    private int consume() {
        long settledThrough = objects.settledThrough();
        int work = 0;
        ArrivedPart part = parts.peek();
        while (part != null && part.moved() && part.lastEnding <= settledThrough) {
            consumedThrough = part.sequence;
            telemetry.part(PartStage.CONSUMED, epoch, part.sequence, 0);
            parts.remove();
            part.clear();
            freeParts.add(part);
            part = parts.peek();
            work++;
        }
        return work;
    }

    /** An object that holds every page while its end is still to come would wait for itself. */
    private void giveUpIfItFillsTheRing() {
        ArrivingObject object = assembly.arriving();
        if (object != null && object.rejection == null && object.heldPages() == geometry.pages()) {
            object.rejection = FailureKind.CAPACITY;
            releasePages(object);
            object.forgetPieces();
        }
    }

    /** Grows whenever something happened. */
    public long progress() {
        return progress;
    }

    /** Whether parts or objects are on their way in, or delivered and not settled. */
    public boolean busy() {
        return !parts.isEmpty() || !objects.isEmpty();
    }

    /** Whether nothing here touches memory any more: no move is under way and no delivered object is held. */
    public boolean quiet() {
        return !mover.isBusy() && !objects.anyIsHeld();
    }

    /** The pages that were quarantined when the pipe failed and are still suspect. */
    public int[] quarantinedPages() {
        return granted.quarantined();
    }

    /** The peer is known to write no more: the pages that {@link #fail} quarantined may be used again. */
    public void liftQuarantine() {
        granted.liftQuarantine();
    }

    /** What failed the pipe, or null. */
    public @Nullable KvTransferException failure() {
        return failure;
    }

    /**
     * Ends the pipe because its session failed: objects that were not delivered are dropped, pages that were granted and
     * not ended are quarantined, since the peer may still write them. Delivered objects stay as they are until they are
     * settled. Does nothing the second time.
     */
    public void fail(KvTransferException cause) {
        end(cause, true);
    }

    /** Ends the pipe because the peer said Goodbye, so that it writes no more. Objects that were not delivered are dropped. */
    public void close() {
        end(new KvTransferException(FailureKind.CLOSED, "receive an object", "the session is closed"), false);
    }

    private void end(KvTransferException cause, boolean quarantine) {
        if (failure != null) {
            return;
        }
        failure = cause;
        int pages = granted.giveBack(quarantine);
        telemetry.add(Metric.BYTES_QUARANTINED, pages * geometry.pageBytes());
        if (!mover.isBusy()) {
            dropAll();
        }
    }

    /** Gives up what was not delivered, once nothing moves any more. */
    private void dropAll() {
        objects.drop(Objects.requireNonNull(failure));
        unplaced.clear();
        ArrivedPart part = parts.poll();
        while (part != null) {
            letGoOfPage(part);
            part = parts.poll();
        }
    }
}
