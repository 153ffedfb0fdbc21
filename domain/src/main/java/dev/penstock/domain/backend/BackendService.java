// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.Duties;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers what peers ask of a store: contains, remove, fetch, lease, release. One for all sessions of a node; methods belong to the loop's
 * thread.
 *
 * <p>A fetch sends the objects from where they are stored, without a copy, and is answered when the last one has been given
 * to the pipe. Each is looked up when its turn comes: what was evicted or removed while the pipe was busy is a miss. From
 * then until its last byte has left it is leased, so that neither eviction nor a remove takes it away under the transfer.
 *
 * <p>What a peer leases is its session's: it ends when the peer says so, after its time, or with the session.
 */
public final class BackendService implements SessionHandler {
    /** The most keys of fetches that a session may have waiting; docs/protocol.md, section 1. */
    public static final int MAX_WAITING_KEYS = 1 << 16;

    /** The most leases that a session has at a time; docs/protocol.md, section 1. */
    public static final int MAX_SESSION_LEASES = 1 << 16;

    /** The longest lease that a peer gets: enough for any retrieve, and an end for a peer that forgets. */
    public static final long MAX_LEASE_NANOS = 300_000_000_000L;

    private final ObjectStore store;
    private final Clock clock;
    private final long maxLeasedBytes;
    private final List<Fetches> waiting = new ArrayList<>();
    private final Map<Session, SessionLeases> leases = new HashMap<>();

    /**
     * A service over a store, stepped with the node. It ends leases that expire, whoever took them.
     *
     * @param store the store, whose region is registered with the node's transport
     * @param maxLeasedBytes how many bytes are leased for one session at a time; enough to keep its pipe busy, little enough
     *     to leave the store room for others. One object is sent even if it is longer
     * @param duties the node
     */
    public BackendService(ObjectStore store, Clock clock, long maxLeasedBytes, Duties duties) {
        if (maxLeasedBytes <= 0) {
            throw new IllegalArgumentException("maxLeasedBytes " + maxLeasedBytes);
        }
        this.store = store;
        this.clock = clock;
        this.maxLeasedBytes = maxLeasedBytes;
        duties.addDuty(this::step);
    }

    @Override
    public void called(Session session, BackendCall call) {
        if (call.operation() == BackendOperation.FETCH) {
            fetchesOf(session).add(call);
        } else {
            session.reply(new BackendReply(call.callId(), answer(session, call)));
        }
    }

    private List<Boolean> answer(Session session, BackendCall call) {
        return switch (call.operation()) {
            case CONTAINS -> store.contains(call.keys());
            case REMOVE -> store.remove(call.keys());
            case LEASE ->
                leases.computeIfAbsent(session, opened -> new SessionLeases())
                        .lease(store, call.keys(), clock.nanoTime(), Math.min(call.leaseNanos(), MAX_LEASE_NANOS));
            case RELEASE -> {
                SessionLeases held = leases.get(session);
                yield held == null ? Collections.nCopies(call.keys().size(), false) : held.release(store, call.keys());
            }
            case FETCH -> throw new IllegalArgumentException("a fetch is answered in its turn");
        };
    }

    private Fetches fetchesOf(Session session) {
        for (Fetches fetches : waiting) {
            if (fetches.session.equals(session)) {
                return fetches;
            }
        }
        Fetches fetches = new Fetches(session);
        waiting.add(fetches);
        return fetches;
    }

    private int step() {
        int work = store.expire(clock.nanoTime());
        if (!leases.isEmpty()) {
            work += endLeasesOfEndedSessions();
        }
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Fetches fetches = waiting.get(i);
            if (fetches.session.state().isFinal()) {
                waiting.remove(i);
            } else {
                work += fetches.send();
            }
        }
        return work;
    }

    private int endLeasesOfEndedSessions() {
        int ended = 0;
        Iterator<Map.Entry<Session, SessionLeases>> all = leases.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Session, SessionLeases> next = all.next();
            if (next.getKey().state().isFinal()) {
                next.getValue().releaseAll();
                all.remove();
                ended++;
            }
        }
        return ended;
    }

    /** What one session waits for. */
    private final class Fetches {
        private final Session session;
        private final ArrayDeque<BackendCall> calls = new ArrayDeque<>();
        private int waitingKeys;
        private long leasedBytes;
        /** For each key of the first call that had its turn whether it was there. */
        private List<Boolean> hits = new ArrayList<>();

        Fetches(Session session) {
            this.session = session;
        }

        void add(BackendCall call) {
            if (waitingKeys > 0 && waitingKeys + weight(call) > MAX_WAITING_KEYS) {
                throw new KvTransferException(
                        FailureKind.PROTOCOL,
                        "take a fetch",
                        "more than " + MAX_WAITING_KEYS + " keys are waiting to be fetched");
            }
            waitingKeys += weight(call);
            calls.add(call);
        }

        /** A call of no keys takes room too. */
        private static int weight(BackendCall call) {
            return Math.max(1, call.keys().size());
        }

        int send() {
            int work = 0;
            BackendCall call = calls.peek();
            while (call != null) {
                while (hits.size() < call.keys().size()) {
                    if (!mayHaveItsTurn()) {
                        return work;
                    }
                    hits.add(send(call, hits.size()));
                    work++;
                }
                // The end of a token sequence is worthless without its start, so the start has been used last.
                store.prefix(call.keys());
                session.reply(new BackendReply(call.callId(), hits));
                waitingKeys -= weight(call);
                hits = new ArrayList<>();
                calls.remove();
                call = calls.peek();
                work++;
            }
            return work;
        }

        /** Whether the next object, if there is one, can go now. */
        private boolean mayHaveItsTurn() {
            PipeSender pipe = session.sender().orElse(null);
            return pipe == null || (pipe.failure() == null && pipe.queueRoom() > 0 && leasedBytes < maxLeasedBytes);
        }

        private boolean send(BackendCall call, int index) {
            PipeSender pipe = session.sender().orElse(null);
            if (pipe == null) {
                return false;
            }
            // No deadline: it ends when the pipe is done with the bytes, and the pipe's deadlines see to that.
            Optional<Lease> found = store.get(call.keys().get(index), clock.nanoTime(), ObjectStore.MAX_LEASE_NANOS);
            if (found.isEmpty()) {
                return false;
            }
            Lease lease = found.get();
            StoredObject object = lease.object();
            FetchTicket ticket = new FetchTicket(call.callId(), index, object.digest());
            leasedBytes += object.lengthBytes();
            boolean queued = pipe.send(
                    ObjectMetaCodec.encode(withKey(object.meta(), ticket.text())),
                    new SendSource.Registered(object.pieces(), granularity(object, pipe.pageBytes())),
                    new SendListener() {
                        @Override
                        public void sourceReleased() {
                            release(lease);
                        }

                        @Override
                        public void acknowledged() {}

                        @Override
                        public void failed(KvTransferException cause) {}
                    });
            if (!queued) {
                release(lease);
            }
            return queued;
        }

        private void release(Lease lease) {
            leasedBytes -= lease.object().lengthBytes();
            lease.release();
        }
    }

    private static ObjectMeta withKey(ObjectMeta meta, String key) {
        return new ObjectMeta(key, meta.shape(), meta.dtype(), meta.format(), meta.tokens());
    }

    /** KV is cut between its rows, if it lies so and the peer's pages are long enough: the peer may scatter it. */
    private static long granularity(StoredObject object, long pageBytes) {
        KvShape shape = object.meta().shape();
        if (object.meta().format().tokenDimension().isEmpty()) {
            return RingGeometry.ALIGNMENT;
        }
        long rowBytes =
                (long) shape.size(shape.rank() - 1) * object.meta().dtype().bytes();
        long granularity = Alignment.leastCommonMultiple(rowBytes);
        List<Span> pieces = object.pieces();
        for (Span piece : pieces.subList(0, pieces.size() - 1)) {
            if (piece.lengthBytes() % granularity != 0) {
                return RingGeometry.ALIGNMENT;
            }
        }
        return granularity <= pageBytes ? granularity : RingGeometry.ALIGNMENT;
    }
}
