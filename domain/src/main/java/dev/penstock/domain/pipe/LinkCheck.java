// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.Echo;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Measures a link while nothing else is done with it: transports fall back to slow ways without a word. Writes whole slots of
 * the sender's ring into pages that the receiver has granted and no part has begun, so over the very memory that objects take;
 * the receiver is told of none of them but answers the notification behind each.
 *
 * <p>One write first that is not counted, since it may have to connect; then notifications alone, one at a time; then writes,
 * several at a time.
 */
final class LinkCheck {
    private static final int ROUND_TRIPS = 32;
    // Enough to be past the slow start of any link, and little beside the second that opening a session takes.
    private static final long MOST_NANOS = 100_000_000;
    private static final long MOST_BYTES = 1L << 30;
    private static final long MOST_WRITES = 128;

    private enum Phase {
        CONNECTING,
        ROUND_TRIPS,
        WRITES,
        OVER
    }

    private final Clock clock;
    private final KvTransport transport;
    private final Peer peer;
    private final long epoch;
    private final RingGeometry remote;
    private final SenderSlots slots;
    private final CreditedPages credits;
    private final int depth;

    private final ByteBuffer message = Echo.buffer();
    private final ArrayDeque<Write> free = new ArrayDeque<>();
    private final long[] roundTrips = new long[ROUND_TRIPS];
    private int writes;
    private int underWay;
    private Phase phase = Phase.OVER;
    private @Nullable LinkListener listener;
    private boolean connecting;
    /** Counted through all measurements: an answer to an earlier one's question is known by its number. */
    private long asked;

    private final SequenceWindow answers = new SequenceWindow(SequenceWindow.PARTS);
    private long answered;
    private long askedAt;
    private int roundTripsDone;
    private long startedAt;
    private long endedAt;
    private long submittedBytes;
    private long writtenBytes;
    private @Nullable KvTransferException failure;

    LinkCheck(
            Clock clock,
            PipePorts ports,
            Peer peer,
            long epoch,
            RingGeometry remote,
            SenderSlots slots,
            CreditedPages credits,
            int depth) {
        this.clock = clock;
        this.transport = ports.transport();
        this.peer = peer;
        this.epoch = epoch;
        this.remote = remote;
        this.slots = slots;
        this.credits = credits;
        this.depth = depth;
    }

    /** Begins a measurement; the one before must be over, and no object be under way. */
    void begin(LinkListener itsListener) {
        listener = itsListener;
        phase = Phase.CONNECTING;
        connecting = false;
        writes = 0;
        roundTripsDone = 0;
        submittedBytes = 0;
        writtenBytes = 0;
    }

    /** One slot on its way to one page, again and again. */
    private final class Write implements Completion {
        private final SegmentList segments = new SegmentList(1);
        private final int slot;

        Write(int slot, int page) {
            this.slot = slot;
            segments.add(
                    slots.region(),
                    slots.span(slot).offsetBytes(),
                    remote.region(),
                    page * remote.pageBytes(),
                    remote.pageBytes(),
                    0);
        }

        @Override
        public void completed() {
            ended(this);
            endedAt = clock.nanoTime();
            writtenBytes += remote.pageBytes();
        }

        @Override
        public void failed(KvTransferException cause) {
            ended(this);
            if (failure == null) {
                failure = cause;
            }
        }
    }

    private void ended(Write write) {
        underWay--;
        free.add(write);
        if (phase == Phase.OVER) {
            releaseSlots();
        }
    }

    /** Whether objects have to wait. */
    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** Whether a write is under way. */
    boolean isWriting() {
        return underWay > 0;
    }

    /** What a write failed with, or null. */
    @Nullable
    KvTransferException failure() {
        return failure;
    }

    /** Moves the measurement along. Returns how much was done. */
    int step() {
        return switch (phase) {
            case CONNECTING -> connect();
            case ROUND_TRIPS -> askAgain();
            case WRITES -> write();
            case OVER -> 0;
        };
    }

    private int connect() {
        if (!connecting) {
            if (credits.isEmpty() || (!slots.shared() && !takeSlots())) {
                return 0;
            }
            connecting = true;
            if (slots.shared()) {
                ask();
            } else {
                submit();
            }
            return 1;
        }
        if (answered < asked || underWay > 0) {
            return 0;
        }
        phase = Phase.ROUND_TRIPS;
        ask();
        return 1;
    }

    /** Takes a slot for each page that is written at a time; at least one. */
    private boolean takeSlots() {
        int pages = Math.min(depth, credits.count());
        while (writes < pages) {
            int page = credits.waiting(writes);
            int slot = slots.take(page);
            if (slot < 0) {
                break;
            }
            free.add(new Write(slot, page));
            writes++;
        }
        return writes > 0;
    }

    private void ask() {
        askedAt = clock.nanoTime();
        transport.submitNotification(peer, Echo.ping(message, epoch, ++asked));
    }

    private void submit() {
        Write write = free.remove();
        underWay++;
        submittedBytes += remote.pageBytes();
        transport.submitWrite(peer, write.segments, Echo.ping(message, epoch, ++asked), write);
    }

    private int askAgain() {
        if (answered < asked) {
            return 0;
        }
        if (roundTripsDone < ROUND_TRIPS) {
            ask();
        } else if (slots.shared()) {
            finish();
        } else {
            phase = Phase.WRITES;
            submittedBytes = 0;
            writtenBytes = 0;
            startedAt = clock.nanoTime();
        }
        return 1;
    }

    private int write() {
        int work = 0;
        long mostBytes = Math.min(MOST_BYTES, MOST_WRITES * remote.pageBytes());
        while (!free.isEmpty() && submittedBytes < mostBytes && mayGoOn()) {
            submit();
            work++;
        }
        if (underWay == 0 && answered == asked) {
            finish();
            work++;
        }
        return work;
    }

    /** Each slot is written once at least, however slow that is. */
    private boolean mayGoOn() {
        return submittedBytes < writes * remote.pageBytes() || clock.nanoTime() - startedAt < MOST_NANOS;
    }

    private void finish() {
        phase = Phase.OVER;
        releaseSlots();
        Arrays.sort(roundTrips);
        Objects.requireNonNull(listener)
                .measured(
                        new LinkReport(slots.shared(), writtenBytes, endedAt - startedAt, roundTrips[ROUND_TRIPS / 2]));
    }

    private void releaseSlots() {
        for (Write write = free.poll(); write != null; write = free.poll()) {
            slots.release(write.slot);
        }
    }

    /**
     * The receiver has answered.
     *
     * @return whether the answer is new
     * @throws KvTransferException of kind PROTOCOL if it was not asked
     */
    boolean answered(long number) {
        if (number > asked) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take an answer", "answer " + number + " to " + asked + " questions");
        }
        if (!answers.add(number)) {
            return false;
        }
        answered++;
        if (phase == Phase.ROUND_TRIPS && roundTripsDone < ROUND_TRIPS) {
            roundTrips[roundTripsDone++] = clock.nanoTime() - askedAt;
        }
        return true;
    }

    /** The session has failed. Slots that are being written are let go when that ends. */
    void fail(KvTransferException cause) {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            releaseSlots();
            Objects.requireNonNull(listener).failed(cause);
        }
    }
}
