// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.domain.wire.CreditWriter;
import dev.penstock.domain.wire.Notification;
import dev.penstock.domain.wire.PartEntry;
import dev.penstock.domain.wire.PartReader;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
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
    private static final long NOT_GRANTED = -1;
    private static final int[] NO_PAGES = {};

    private final PipeConfig config;
    private final Memory memory;
    private final PagedKvMover mover;
    private final KvTransport transport;
    private final Telemetry telemetry;
    private final Peer peer;
    private final long epoch;
    private final PagePool pool;
    private final RingGeometry geometry;
    private final IntSupplier emptyPages;
    private final ObjectSink sink;
    private final boolean sharedMemory;

    private final PartReader reader = new PartReader();
    private final CreditWriter writer = new CreditWriter();
    private final SequenceWindow partsSeen = new SequenceWindow(SequenceWindow.PARTS);
    /** Copies of notifications that came before their turn, by sequence. */
    private final @Nullable ByteBuffer[] waiting = new ByteBuffer[SequenceWindow.PARTS];

    private final ArrayDeque<ByteBuffer> spareBuffers = new ArrayDeque<>();
    private long nextPart = 1;

    /** For each page: where its next part must begin, or {@link #NOT_GRANTED}. */
    private final long[] expectedOffset;

    private int[] quarantined = NO_PAGES;
    private int grantedPages;
    private int currentPage = -1;

    private final ArrayDeque<ArrivedPart> freeParts = new ArrayDeque<>();
    /** Parts in the order of their sequence, until they are consumed. */
    private final ArrayDeque<ArrivedPart> parts = new ArrayDeque<>();
    /** Those of them whose pieces have not all been told where to go. */
    private final ArrayDeque<ArrivedPart> unplaced = new ArrayDeque<>();

    private final ArrayDeque<ArrivalBatch> freeBatches = new ArrayDeque<>();
    private final @Nullable ArrivalBatch[] openBatches = new ArrivalBatch[3];
    private int pendingBatches;

    private @Nullable ArrivingObject arriving;
    private long nextObject = 1;
    /** Objects in order, from their first piece until they are delivered, rejected or dropped. */
    private final ArrayDeque<ArrivingObject> undelivered = new ArrayDeque<>();
    /** Objects in order, delivered but not all settled. */
    private final ArrayDeque<ArrivingObject> unsettled = new ArrayDeque<>();

    private long settledThrough;
    private long consumedThrough;
    private long announcedThrough;

    private final int[] newCredits = new int[CreditWriter.MAX_PAGES];
    private int newCreditCount;
    private final ArrayDeque<Rejection> rejections = new ArrayDeque<>();
    private long nextCredit = 1;
    private long progress;
    private @Nullable KvTransferException failure;

    private record Rejection(long number, FailureKind kind) {}

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
        this.config = config;
        this.memory = ports.memory();
        this.mover = ports.mover();
        this.transport = ports.transport();
        this.telemetry = ports.telemetry();
        this.peer = peer;
        this.epoch = epoch;
        this.pool = pool;
        this.geometry = pool.geometry();
        this.emptyPages = emptyPages;
        this.sink = sink;
        this.sharedMemory = sharedMemory;
        this.expectedOffset = new long[geometry.pages()];
        Arrays.fill(expectedOffset, NOT_GRANTED);
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
        if (!partsSeen.add(sequence)) {
            telemetry.add(Metric.DUPLICATE_NOTIFICATIONS, 1);
            return;
        }
        progress++;
        if (sequence == nextPart) {
            takeEffect(message);
        } else {
            keep(sequence, message);
        }
    }

    private void keep(long sequence, ByteBuffer message) {
        ByteBuffer copy = spareBuffers.isEmpty()
                ? ByteBuffer.allocate(Notification.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN)
                : spareBuffers.remove();
        if (message.remaining() > copy.capacity()) {
            throw protocol("a notification of " + message.remaining() + " bytes");
        }
        copy.clear().put(message).flip();
        waiting[slotOf(sequence)] = copy;
    }

    private static int slotOf(long sequence) {
        return (int) (sequence % SequenceWindow.PARTS);
    }

    private int takeWaiting() {
        int work = 0;
        ByteBuffer message = waiting[slotOf(nextPart)];
        while (message != null) {
            waiting[slotOf(nextPart)] = null;
            takeEffect(message);
            spareBuffers.add(message);
            message = waiting[slotOf(nextPart)];
            work++;
        }
        return work;
    }

    private void takeEffect(ByteBuffer message) {
        reader.read(message, geometry);
        nextPart = reader.sequence() + 1;
        checkRange(reader.page(), reader.pageOffset());
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
            takePiece(part);
        }
        long end = Alignment.up(reader.pageOffset() + reader.lengthBytes());
        if (reader.endsPage() || end == geometry.pageBytes()) {
            endCurrentPage();
        } else {
            expectedOffset[part.page] = end;
        }
    }

    private void checkRange(int page, long offset) {
        if (page != currentPage && currentPage >= 0) {
            endCurrentPage();
        }
        if (expectedOffset[page] == NOT_GRANTED) {
            throw protocol("page " + page + " was written without a credit");
        }
        if (expectedOffset[page] != offset) {
            throw protocol("page " + page + " was written at " + offset + " instead of " + expectedOffset[page]);
        }
        currentPage = page;
    }

    private void endCurrentPage() {
        expectedOffset[currentPage] = NOT_GRANTED;
        grantedPages--;
        pool.release(currentPage);
        currentPage = -1;
    }

    private void takePiece(ArrivedPart part) {
        ArrivingObject object = arriving;
        if (reader.has(PartEntry.FIRST)) {
            if (object != null) {
                throw protocol("object " + object.number() + " ends after " + object.arrivedBytes + " of "
                        + object.lengthBytes() + " bytes");
            }
            object = new ArrivingObject(this, nextObject++, reader.header(), reader.objectBytes());
            undelivered.add(object);
        } else if (object == null) {
            throw protocol("a piece of no object");
        }
        if (reader.pieceBytes() > object.lengthBytes() - object.arrivedBytes) {
            throw protocol("object " + object.number() + " is longer than its " + object.lengthBytes() + " bytes");
        }
        int entry = part.entries++;
        part.object[entry] = object;
        part.pieceOffset[entry] = reader.pieceOffset();
        part.pieceBytes[entry] = reader.pieceBytes();
        object.arrivedBytes += reader.pieceBytes();
        object.arrivedPieces++;
        if (!reader.has(PartEntry.LAST)) {
            if (reader.pieceBytes() % RingGeometry.ALIGNMENT != 0) {
                throw protocol("a piece of " + reader.pieceBytes() + " bytes that is not the last one");
            }
            arriving = object;
            return;
        }
        if (object.arrivedBytes != object.lengthBytes()) {
            throw protocol("object " + object.number() + " ends after " + object.arrivedBytes + " of "
                    + object.lengthBytes() + " bytes");
        }
        object.abandoned = reader.has(PartEntry.ABANDONED);
        object.hasDigest = reader.has(PartEntry.DIGEST);
        object.expectedDigest = object.hasDigest ? reader.digest() : 0;
        if (!object.abandoned && object.hasDigest != config.digest()) {
            throw protocol("object " + object.number() + (object.hasDigest ? " has a digest" : " has no digest"));
        }
        object.whole = true;
        part.lastEnding = object.number();
        arriving = null;
    }

    /** Moves everything that can move. Returns how much did. */
    public int step() {
        if (failure != null) {
            return 0;
        }
        int work = takeWaiting();
        work += placeParts();
        work += deliver();
        work += consume();
        work += grant();
        work += announce();
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
                    submitOpenBatches(part);
                    return false;
                }
                object.placement = placement;
            }
            if (object.rejection == null && !(object.abandoned && !object.accepted)) {
                movePiece(part, object, placement);
            }
            object.placedPieces++;
            part.cursor++;
        }
        submitOpenBatches(part);
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

    private void movePiece(ArrivedPart part, ArrivingObject object, Placement placement) {
        long bytes = part.pieceBytes[part.cursor];
        long objectOffset = object.placedBytes;
        object.placedBytes += bytes;
        Span piece = pool.span(part.page).slice(part.pieceOffset[part.cursor], bytes);
        if (placement instanceof Placement.InPlace) {
            if (object.addPiece(part.page, piece)) {
                pool.retain(part.page);
            }
            if (!config.digest()) {
                return;
            }
            ArrivalBatch batch = openBatch(part, CopyMode.DIGEST, 0);
            batch.segments.add(
                    piece.region(), piece.offsetBytes(), piece.region(), piece.offsetBytes(), bytes, objectOffset);
            batch.add(object);
        } else if (placement instanceof Placement.Into into) {
            ArrivalBatch batch = openBatch(part, config.digest() ? CopyMode.COPY_AND_DIGEST : CopyMode.COPY, 1);
            Span to = into.destination();
            batch.segments.add(
                    piece.region(),
                    piece.offsetBytes(),
                    to.region(),
                    to.offsetBytes() + objectOffset,
                    bytes,
                    objectOffset);
            batch.add(object);
        } else if (placement instanceof Placement.Scattered scattered) {
            int rowBytes = scattered.chunk().rowBytes();
            if (objectOffset % rowBytes != 0 || bytes % rowBytes != 0) {
                // Its sender knows of no rows; that is no reason to end the session.
                object.rejection = FailureKind.REFUSED;
                return;
            }
            ArrivalBatch batch = openBatch(part, CopyMode.COPY, 2);
            batch.scatters.add(scattered.chunk().piece(objectOffset, piece));
            batch.add(object);
        }
        object.pendingPieces++;
    }

    private ArrivalBatch openBatch(ArrivedPart part, CopyMode mode, int kind) {
        ArrivalBatch batch = openBatches[kind];
        if (batch == null) {
            batch = freeBatches.isEmpty() ? new ArrivalBatch(this) : freeBatches.remove();
            batch.part = part;
            batch.mode = mode;
            openBatches[kind] = batch;
        }
        return batch;
    }

    private void submitOpenBatches(ArrivedPart part) {
        for (int kind = 0; kind < openBatches.length; kind++) {
            ArrivalBatch batch = openBatches[kind];
            if (batch == null) {
                continue;
            }
            openBatches[kind] = null;
            part.pendingBatches++;
            pendingBatches++;
            if (batch.scatters.isEmpty()) {
                long bytes = batch.segments.totalBytes();
                telemetry.add(batch.mode.copies() ? Metric.MEMORY_BYTES_READ : Metric.DIGEST_BYTES_READ, bytes);
                telemetry.add(Metric.MEMORY_BYTES_WRITTEN, batch.mode.copies() ? bytes : 0);
                memory.submit(batch.mode, batch.segments, batch);
            } else {
                long bytes = 0;
                for (int i = 0; i < batch.size; i++) {
                    bytes += batch.scatters.get(i).dense().lengthBytes();
                }
                telemetry.add(Metric.MEMORY_BYTES_READ, bytes);
                telemetry.add(Metric.MEMORY_BYTES_WRITTEN, bytes);
                mover.submitScatter(batch.scatters, batch.digestsOfScatters(config.digest()), batch);
            }
        }
    }

    void moved(ArrivalBatch batch, @Nullable KvTransferException cause) {
        progress++;
        pendingBatches--;
        ArrivedPart part = Objects.requireNonNull(batch.part);
        part.pendingBatches--;
        batch.settlePieces();
        batch.clear();
        freeBatches.add(batch);
        letGoOfPageIfMoved(part);
        if (cause != null && failure == null) {
            fail(cause);
        } else if (failure != null && pendingBatches == 0) {
            dropAll();
        }
    }

    /** The part's own hold on its page ends when its pieces are moved: what stays in place is held by its objects. */
    private void letGoOfPageIfMoved(ArrivedPart part) {
        if (part.moved()) {
            letGoOfPage(part);
        }
    }

    private void letGoOfPage(ArrivedPart part) {
        if (part.holdsPage) {
            part.holdsPage = false;
            pool.release(part.page);
        }
    }

    private int deliver() {
        int work = 0;
        ArrivingObject object = undelivered.peek();
        while (object != null && object.placement != null && object.ready()) {
            undelivered.remove();
            work++;
            finish(object);
            object = undelivered.peek();
        }
        return work;
    }

    private void finish(ArrivingObject object) {
        unsettled.add(object);
        if (object.rejection == null
                && !object.abandoned
                && object.hasDigest
                && object.digest() != object.expectedDigest) {
            telemetry.add(Metric.DIGEST_MISMATCHES, 1);
            object.rejection = FailureKind.CORRUPTED;
        }
        if (object.rejection == null && !object.abandoned) {
            telemetry.add(Metric.OBJECTS_DELIVERED, 1);
            telemetry.add(Metric.BYTES_RECEIVED, object.lengthBytes());
            sink.deliver(object);
            return;
        }
        if (object.rejection != null) {
            rejections.add(new Rejection(object.number(), object.rejection));
        }
        if (object.accepted) {
            sink.dropped(object, dropCause(object));
        }
        object.settle();
    }

    private static KvTransferException dropCause(ArrivingObject object) {
        FailureKind kind = object.rejection == null ? FailureKind.CLOSED : object.rejection;
        String message = switch (kind) {
            case CLOSED -> "its sender gave it up";
            case CAPACITY -> "its " + object.lengthBytes() + " bytes do not fit into the ring";
            case CORRUPTED ->
                "its digest is " + Long.toHexString(object.digest()) + ", it was sent with "
                        + Long.toHexString(object.expectedDigest);
            default -> "its sender cut it within rows";
        };
        return new KvTransferException(kind, "receive an object", message);
    }

    void settled(ArrivingObject object) {
        progress++;
        for (int page : object.heldPages()) {
            pool.release(page);
        }
    }

    private int consume() {
        while (!unsettled.isEmpty() && unsettled.peek().isSettled()) {
            settledThrough = unsettled.remove().number();
        }
        int work = 0;
        ArrivedPart part = parts.peek();
        while (part != null && part.moved() && part.lastEnding <= settledThrough) {
            consumedThrough = part.sequence;
            parts.remove();
            part.clear();
            freeParts.add(part);
            part = parts.peek();
            work++;
        }
        return work;
    }

    private int grant() {
        int window = Math.min(Math.min(config.creditWindowPages(), geometry.pages()), SequenceWindow.PARTS);
        int work = 0;
        while (grantedPages < window && newCreditCount < newCredits.length) {
            int page = emptyPages.getAsInt();
            if (page < 0) {
                break;
            }
            expectedOffset[page] = 0;
            grantedPages++;
            newCredits[newCreditCount++] = page;
            work++;
        }
        if (grantedPages == 0) {
            giveUpIfItFillsTheRing();
        }
        return work;
    }

    /** An object that holds every page while its end is still to come would wait for itself. */
    private void giveUpIfItFillsTheRing() {
        ArrivingObject object = arriving;
        if (object != null && object.rejection == null && object.heldPages().length == geometry.pages()) {
            object.rejection = FailureKind.CAPACITY;
            for (int page : object.giveUpPages()) {
                pool.release(page);
            }
        }
    }

    private int announce() {
        if (newCreditCount == 0 && consumedThrough == announcedThrough) {
            return 0;
        }
        // A rejection may come before its part is consumed, but not after: the sender would take it for acknowledged.
        int rejected = Math.min(rejections.size(), CreditWriter.MAX_REJECTIONS);
        long through = rejected == rejections.size() ? consumedThrough : announcedThrough;
        writer.begin(epoch, nextCredit++, through);
        for (int i = 0; i < newCreditCount; i++) {
            writer.grant(newCredits[i]);
        }
        newCreditCount = 0;
        writer.rejections(rejected);
        for (int i = 0; i < rejected; i++) {
            Rejection rejection = rejections.remove();
            writer.reject(rejection.number(), rejection.kind());
        }
        announcedThrough = through;
        transport.submitNotification(peer, writer.end());
        return 1;
    }

    private static KvTransferException protocol(String what) {
        return new KvTransferException(FailureKind.PROTOCOL, "take a part", what);
    }

    /** Grows whenever something happened. */
    public long progress() {
        return progress;
    }

    /** Whether parts or objects are on their way in, or delivered and not settled. */
    public boolean busy() {
        return !parts.isEmpty() || !undelivered.isEmpty() || !unsettled.isEmpty();
    }

    /** Whether nothing here touches memory any more: no move is under way and no delivered object is held. */
    public boolean quiet() {
        if (pendingBatches > 0) {
            return false;
        }
        for (ArrivingObject object : unsettled) {
            if (!object.isSettled()) {
                return false;
            }
        }
        return true;
    }

    /** The pages that were quarantined when the pipe failed and are still suspect. */
    public int[] quarantinedPages() {
        return quarantined.clone();
    }

    /** The peer is known to write no more: the pages that {@link #fail} quarantined may be used again. */
    public void liftQuarantine() {
        for (int page : quarantined) {
            pool.unquarantine(page);
        }
        quarantined = NO_PAGES;
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
        for (int page = 0; page < expectedOffset.length; page++) {
            if (expectedOffset[page] != NOT_GRANTED) {
                expectedOffset[page] = NOT_GRANTED;
                if (quarantine) {
                    pool.quarantine(page);
                    quarantined = Arrays.copyOf(quarantined, quarantined.length + 1);
                    quarantined[quarantined.length - 1] = page;
                    telemetry.add(Metric.BYTES_QUARANTINED, geometry.pageBytes());
                }
                pool.release(page);
            }
        }
        if (pendingBatches == 0) {
            dropAll();
        }
    }

    /** Gives up what was not delivered, once nothing moves any more. */
    private void dropAll() {
        KvTransferException cause = Objects.requireNonNull(failure);
        ArrivingObject object = undelivered.poll();
        while (object != null) {
            if (object.accepted) {
                sink.dropped(object, cause);
            }
            object.settle();
            object = undelivered.poll();
        }
        unplaced.clear();
        ArrivedPart part = parts.poll();
        while (part != null) {
            letGoOfPage(part);
            part = parts.poll();
        }
    }
}
