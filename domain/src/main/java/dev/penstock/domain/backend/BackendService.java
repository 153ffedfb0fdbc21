// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.session.Duties;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.transport.KvTransport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Answers what peers ask of a store: contains, remove, fetch, lease, release; of all its tiers. One for all sessions of a node;
 * methods belong to the loop's thread.
 *
 * <p>A fetch sends the objects from where they are stored, without a copy, and is answered when the last one has been given
 * to the pipe. What is below the upper tier is brought up first, and checked; where the upper tier has no room for long it is
 * sent from host memory. Each object is looked up when its turn comes: what was evicted or removed while the pipe was busy, or
 * is damaged in the tiers below, is a miss. From then until its last byte has left it is leased, so that neither eviction nor a
 * remove takes it away under the transfer.
 *
 * <p>What a peer leases is its session's: it ends when the peer says so, after its time if it has one, or with the session.
 */
public final class BackendService implements SessionHandler {
    /** The most keys of fetches that a session may have waiting; docs/protocol.md, section 1. */
    public static final int MAX_WAITING_KEYS = 1 << 16;

    /** The most leases that a session has at a time; docs/protocol.md, section 1. */
    public static final int MAX_SESSION_LEASES = 1 << 16;

    /** The longest lease that a peer gets, but for a pin, which has no end: an end for a peer that forgets. */
    public static final long MAX_LEASE_NANOS = 300_000_000_000L;

    private final TieredStore store;
    private final KvTransport transport;
    private final long maxLeasedBytes;
    private final List<SessionFetches> fetching = new ArrayList<>();
    private final Map<Session, SessionLeases> leases = new HashMap<>();

    /**
     * A service over a store, stepped with the node; it steps the store, which others may step too.
     *
     * @param store the store; the memory of its upper tier is registered with the transport. So is host memory below it,
     *     or an object that lies there in several pieces is missed while the upper tier has no room for it
     * @param transport the node's
     * @param maxLeasedBytes how many bytes are leased for one session at a time, or brought up for it; enough to keep its pipe
     *     busy, little enough to leave the store room for others. One object is sent even if it is longer
     * @param duties the node
     */
    public BackendService(TieredStore store, KvTransport transport, long maxLeasedBytes, Duties duties) {
        if (maxLeasedBytes <= 0) {
            throw new IllegalArgumentException("maxLeasedBytes " + maxLeasedBytes);
        }
        this.store = store;
        this.transport = transport;
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
            case CONTAINS -> call.keys().stream().map(store::contains).toList();
            case REMOVE -> call.keys().stream().map(store::remove).toList();
            case LEASE ->
                leases.computeIfAbsent(session, opened -> new SessionLeases(store))
                        .lease(call.keys(), granted(call.leaseNanos()));
            case RELEASE -> {
                SessionLeases held = leases.get(session);
                yield held == null ? Collections.nCopies(call.keys().size(), false) : held.release(call.keys());
            }
            case FETCH -> throw new IllegalArgumentException("a fetch is answered in its turn");
        };
    }

    private static long granted(long askedNanos) {
        return askedNanos >= ObjectStore.MAX_LEASE_NANOS
                ? ObjectStore.MAX_LEASE_NANOS
                : Math.min(askedNanos, MAX_LEASE_NANOS);
    }

    private SessionFetches fetchesOf(Session session) {
        for (SessionFetches fetches : fetching) {
            if (fetches.session().equals(session)) {
                return fetches;
            }
        }
        SessionFetches fetches = new SessionFetches(session, store, transport, maxLeasedBytes);
        fetching.add(fetches);
        return fetches;
    }

    private int step() {
        int work = store.step();
        if (!leases.isEmpty()) {
            work += endLeasesOfEndedSessions();
        }
        for (int i = fetching.size() - 1; i >= 0; i--) {
            SessionFetches fetches = fetching.get(i);
            if (fetches.session().state().isFinal()) {
                fetching.remove(i).end();
            } else {
                work += fetches.step();
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
}
