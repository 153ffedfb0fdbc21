// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers what peers ask of a store: contains, remove, fetch. One for all sessions of a node; methods belong to the loop's
 * thread.
 *
 * <p>A fetched object is leased until its last byte has left, so that neither eviction nor a remove can take it away under
 * the transfer.
 */
public final class BackendService implements SessionHandler {
    private final ObjectStore store;
    private final Clock clock;
    private final long leaseNanos;
    /** Leased objects that wait for room in their session's pipe. */
    private final Map<Session, ArrayDeque<Lease>> waiting = new HashMap<>();

    /**
     * A service over a store whose region is registered with the transport.
     *
     * @param leaseNanos how long a fetched object is kept for the transfer at most
     */
    public BackendService(ObjectStore store, Clock clock, long leaseNanos) {
        this.store = store;
        this.clock = clock;
        this.leaseNanos = leaseNanos;
    }

    @Override
    public void called(Session session, BackendCall call) {
        List<Boolean> hits =
                switch (call.operation()) {
                    case CONTAINS -> store.contains(call.keys());
                    case REMOVE -> store.remove(call.keys());
                    case FETCH -> fetch(session, call.keys());
                };
        session.reply(new BackendReply(call.callId(), hits));
        sendWaiting(session);
    }

    private List<Boolean> fetch(Session session, List<String> keys) {
        List<Boolean> hits = new ArrayList<>(keys.size());
        boolean canSend = session.sender().isPresent();
        for (String key : keys) {
            Optional<Lease> lease = canSend ? store.get(key, clock.nanoTime(), leaseNanos) : Optional.empty();
            lease.ifPresent(held ->
                    waiting.computeIfAbsent(session, any -> new ArrayDeque<>()).add(held));
            hits.add(lease.isPresent());
        }
        return hits;
    }

    private void sendWaiting(Session session) {
        ArrayDeque<Lease> leases = waiting.get(session);
        PipeSender pipe = session.sender().orElse(null);
        if (leases == null || pipe == null) {
            return;
        }
        while (!leases.isEmpty() && pipe.failure() == null) {
            Lease lease = leases.peek();
            StoredObject object = lease.object();
            boolean queued = pipe.send(
                    ObjectMetaCodec.encode(object.meta()),
                    new SendSource.Registered(object.pieces()),
                    new Fetched(session, lease));
            if (!queued) {
                return;
            }
            leases.remove();
        }
        if (leases.isEmpty()) {
            waiting.remove(session);
        }
    }

    private final class Fetched implements SendListener {
        private final Session session;
        private final Lease lease;

        Fetched(Session session, Lease lease) {
            this.session = session;
            this.lease = lease;
        }

        @Override
        public void sourceReleased() {
            lease.release();
        }

        @Override
        public void acknowledged() {
            sendWaiting(session);
        }

        @Override
        public void failed(KvTransferException cause) {
            sendWaiting(session);
        }
    }

    @Override
    public void closed(Session session, String reason) {
        forget(session);
    }

    @Override
    public void failed(Session session, KvTransferException cause) {
        forget(session);
    }

    private void forget(Session session) {
        ArrayDeque<Lease> leases = waiting.remove(session);
        if (leases != null) {
            leases.forEach(Lease::release);
        }
    }
}
