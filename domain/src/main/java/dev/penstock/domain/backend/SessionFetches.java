// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.PageFiller;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.domain.tier.GetListener;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.transport.KvTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one session has asked to be fetched, sent in the order in which it was asked for. Objects that are not in the upper tier
 * are brought up ahead of their turn, so that they come one close behind the other; each is leased only when its turn has
 * come, since one that waits must not take the room of the one before it.
 */
final class SessionFetches {
    /** Keys that are looked at ahead of their turn: beside the limit in bytes, since keys without an object have none. */
    private static final int MOST_AHEAD = 64;

    private final Session session;
    private final TieredStore store;
    private final KvTransport transport;
    private final long maxLeasedBytes;
    /** Those that are not answered, and of them those that have keys that are not ahead. */
    private final ArrayDeque<Call> calls = new ArrayDeque<>();

    private final ArrayDeque<Call> unread = new ArrayDeque<>();
    private final ArrayDeque<Turn> ahead = new ArrayDeque<>();
    private int waitingKeys;
    /** Of the objects that are ahead, and of those that are being sent. */
    private long bytes;

    private boolean ended;

    /**
     * Nothing is asked for.
     *
     * @param maxLeasedBytes as for {@link BackendService}
     */
    SessionFetches(Session session, TieredStore store, KvTransport transport, long maxLeasedBytes) {
        this.session = session;
        this.store = store;
        this.transport = transport;
        this.maxLeasedBytes = maxLeasedBytes;
    }

    Session session() {
        return session;
    }

    /** One question. */
    private static final class Call {
        final BackendCall asked;
        /** How many of its keys have been ahead. */
        int read;
        /** For each key that had its turn whether it was there. */
        final List<Boolean> hits = new ArrayList<>();

        Call(BackendCall asked) {
            this.asked = asked;
        }

        /** A call of no keys takes room too. */
        int weight() {
            return Math.max(1, asked.keys().size());
        }

        boolean isOver() {
            return hits.size() == asked.keys().size();
        }
    }

    /** One key, from when it is looked at until it is given to the pipe, or missed. */
    private final class Turn implements GetListener {
        final Call call;
        final int index;
        long lengthBytes;
        boolean asked;
        boolean missed;

        @Nullable
        Lease lease;

        Turn(Call call, int index) {
            this.call = call;
            this.index = index;
        }

        String key() {
            return call.asked.keys().get(index);
        }

        @Override
        public void found(Lease found) {
            if (ended) {
                found.release();
                return;
            }
            lease = found;
            measure(found.object().lengthBytes());
        }

        @Override
        public void missed(KvTransferException cause) {
            miss();
        }

        void miss() {
            missed = true;
            measure(0);
        }

        void measure(long newLengthBytes) {
            bytes += newLengthBytes - lengthBytes;
            lengthBytes = newLengthBytes;
        }
    }

    /**
     * Takes a call.
     *
     * @throws KvTransferException of kind PROTOCOL if too many keys are waiting
     */
    void add(BackendCall asked) {
        Call call = new Call(asked);
        if (waitingKeys > 0 && waitingKeys + call.weight() > BackendService.MAX_WAITING_KEYS) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "take a fetch",
                    "more than " + BackendService.MAX_WAITING_KEYS + " keys are waiting to be fetched");
        }
        waitingKeys += call.weight();
        calls.add(call);
        unread.add(call);
    }

    /** Goes on. Returns how much was done. */
    int step() {
        // One that is being left takes nothing more, and its calls need no answer.
        if (session.state() != Session.State.OPEN) {
            return 0;
        }
        int work = 0;
        boolean moves = true;
        while (moves) {
            work += lookAhead();
            moves = answer() || takeTurn();
            work += moves ? 1 : 0;
        }
        return work;
    }

    private int lookAhead() {
        int work = 0;
        Call call = unread.peek();
        while (call != null && ahead.size() < MOST_AHEAD && bytes < maxLeasedBytes) {
            if (call.read == call.asked.keys().size()) {
                unread.remove();
                call = unread.peek();
                continue;
            }
            Turn turn = new Turn(call, call.read++);
            turn.measure(store.lengthBytes(turn.key()));
            if (turn.lengthBytes > 0) {
                store.prefetch(List.of(turn.key()));
            }
            ahead.add(turn);
            work++;
        }
        return work;
    }

    /** Returns whether the first key's turn is over. */
    private boolean takeTurn() {
        Turn turn = ahead.peek();
        if (turn == null) {
            return false;
        }
        PipeSender pipe = session.sender().orElse(null);
        if (pipe != null && (pipe.failure() != null || pipe.queueRoom() == 0)) {
            return false;
        }
        if (!turn.asked) {
            turn.asked = true;
            // An exception for each key that is not there would take the loop's time.
            if (pipe == null || !store.contains(turn.key())) {
                turn.miss();
            } else {
                store.get(turn.key(), turn);
            }
        }
        Lease lease = turn.lease;
        if (lease == null && !turn.missed) {
            return false;
        }
        ahead.remove();
        turn.call.hits.add(pipe != null && lease != null && send(turn, lease, pipe));
        return true;
    }

    private boolean send(Turn turn, Lease lease, PipeSender pipe) {
        StoredObject object = lease.object();
        SendListener whenSent = new SendListener() {
            @Override
            public void sourceReleased() {
                lease.release();
                turn.measure(0);
            }

            @Override
            public void acknowledged() {}

            @Override
            public void failed(KvTransferException cause) {}
        };
        Optional<SendSource> source = source(object, pipe.pageBytes());
        FetchTicket ticket = new FetchTicket(turn.call.asked.callId(), turn.index, object.digest());
        boolean sent = source.isPresent()
                && pipe.send(ObjectMetaCodec.encode(withKey(object.meta(), ticket.text())), source.get(), whenSent);
        if (!sent) {
            whenSent.sourceReleased();
        }
        return sent;
    }

    /** Returns whether the first call was answered. */
    private boolean answer() {
        Call call = calls.peek();
        if (call == null || !call.isOver()) {
            return false;
        }
        calls.remove();
        // The end of a token sequence is worthless without its start, so the start has been used last.
        store.touch(call.asked.keys());
        session.reply(new BackendReply(call.asked.callId(), call.hits));
        waitingKeys -= call.weight();
        return true;
    }

    /** The session is over. What is being sent is let go of by the pipe. */
    void end() {
        ended = true;
        for (Turn turn : ahead) {
            Lease lease = turn.lease;
            if (lease != null) {
                lease.release();
            }
        }
    }

    private static ObjectMeta withKey(ObjectMeta meta, String key) {
        return new ObjectMeta(key, meta.shape(), meta.dtype(), meta.format(), meta.tokens());
    }

    /** From where it is, if the transport may read there; out of other memory it is copied, where it lies in one piece. */
    private Optional<SendSource> source(StoredObject object, long pageBytes) {
        List<Span> pieces = object.pieces();
        long granularity = granularity(object, pageBytes);
        if (transport.isRegistered(pieces.get(0).region())) {
            return Optional.of(new SendSource.Registered(pieces, granularity));
        }
        return pieces.size() == 1 ? Optional.of(new SendSource.Copied(pieces.get(0), granularity)) : Optional.empty();
    }

    /** KV is cut between its rows, if it lies so and the peer's pages are long enough: the peer may scatter it. */
    private static long granularity(StoredObject object, long pageBytes) {
        long granularity = PageFiller.granularity(object.meta(), pageBytes);
        List<Span> pieces = object.pieces();
        for (Span piece : pieces.subList(0, pieces.size() - 1)) {
            if (piece.lengthBytes() % granularity != 0) {
                return RingGeometry.ALIGNMENT;
            }
        }
        return granularity;
    }
}
