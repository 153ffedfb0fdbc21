// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writes from submission to completion. Each poll asks how the oldest one to each peer stands, and when that has ended,
 * the next: NIXL has no other way to tell, and sends a write's notification when it is asked for that one. The data of all of
 * them moves when one is asked, so that asking for more would only take time.
 */
final class Writes {
    private static final String OPERATION = "write";
    private static final long NO_REQUEST = 0;

    private final NixlAgent agent;
    private final Registrations registrations;
    private final List<PendingWrite> underWay = new ArrayList<>();
    private final Deque<PendingWrite> ended = new ArrayDeque<>();
    private final Deque<PendingWrite> free = new ArrayDeque<>();
    private long polls;

    Writes(NixlAgent agent, Registrations registrations) {
        this.agent = agent;
        this.registrations = registrations;
    }

    /** Makes the request of a write whose segments were checked, and keeps it. What goes wrong shows when it begins. */
    void prepare(NixlPeer peer, SegmentList segments) {
        if (peer.loss() != null || segments.totalBytes() == 0) {
            return;
        }
        NixlRequest request = request(peer, segments);
        if (request != null) {
            peer.requests().give(request);
        }
    }

    /** A request that was kept, or a new one; null if NIXL refuses. */
    private @Nullable NixlRequest request(NixlPeer peer, SegmentList segments) {
        NixlRequest kept = peer.requests().take(segments);
        if (kept != null) {
            return kept;
        }
        long handle = agent.createWrite(peer, segments, registrations);
        return handle == NO_REQUEST ? null : new NixlRequest(handle, segments);
    }

    /** Begins a write whose segments were checked. How it goes is told by {@link #endNext}, whatever happens here. */
    void begin(NixlPeer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        PendingWrite spare = free.poll();
        PendingWrite write = spare == null ? new PendingWrite() : spare;
        write.begin(peer, segments, completion);
        for (int i = 0; i < segments.size(); i++) {
            registrations.get(segments.fromRegion(i)).use();
        }
        KvTransferException loss = peer.loss();
        if (loss != null) {
            fail(write, loss);
        } else if (segments.totalBytes() == 0) {
            beginNotification(write, notification);
        } else {
            beginData(write, notification);
        }
    }

    private void beginNotification(PendingWrite write, ByteBuffer notification) {
        int status = agent.notify(write.peer(), Envelope.MESSAGE, notification);
        if (status < 0) {
            NixlPeer peer = write.peer();
            peer.lose(PeerLoss.notificationFailed(peer, status));
            fail(write, PeerLoss.of(peer, status));
        } else {
            ended.add(write);
        }
    }

    private void beginData(PendingWrite write, ByteBuffer notification) {
        NixlPeer peer = write.peer();
        NixlRequest request = request(peer, write.segments());
        if (request == null) {
            failed(write, NixlAbi.ERROR_BACKEND);
            return;
        }
        write.setRequest(request);
        int status = agent.post(request.handle(), notification);
        if (status == NixlAbi.IN_PROG) {
            peer.writeBegan();
            underWay.add(write);
        } else {
            settle(write, status);
        }
    }

    /** Moves all writes along. Returns how many there were. */
    int poll() {
        polls++;
        int before = underWay.size();
        int kept = 0;
        for (int i = 0; i < before; i++) {
            PendingWrite write = underWay.get(i);
            NixlPeer peer = write.peer();
            int status = peer.wasBusyIn(polls) ? NixlAbi.IN_PROG : ask(peer, write.request());
            if (status == NixlAbi.IN_PROG) {
                peer.setBusyIn(polls);
                underWay.set(kept++, write);
            } else {
                peer.writeEnded();
                settle(write, status);
            }
        }
        while (underWay.size() > kept) {
            underWay.remove(underWay.size() - 1);
        }
        return before;
    }

    /** The first failure may have made NIXL forget the peer; it doesn't know the peer's other requests then. */
    private int ask(NixlPeer peer, @Nullable NixlRequest request) {
        return request == null || peer.isForgottenByNixl() ? NixlAbi.ERROR_NOT_FOUND : agent.status(request.handle());
    }

    private void settle(PendingWrite write, int status) {
        if (status == NixlAbi.SUCCESS) {
            NixlRequest request = write.request();
            if (request != null) {
                keep(write.peer(), request);
            }
            ended.add(write);
        } else {
            failed(write, status);
        }
    }

    private void keep(NixlPeer peer, NixlRequest request) {
        if (peer.isLive()) {
            peer.requests().give(request);
        } else {
            agent.release(request.handle());
        }
    }

    private void failed(PendingWrite write, int status) {
        NixlPeer peer = write.peer();
        NixlRequest request = write.request();
        if (!agent.knows(peer.nativeName())) {
            peer.setForgottenByNixl();
            peer.lose(PeerLoss.disconnected(peer, status));
        } else {
            // The peer may be gone all the same: the next keepalive finds out, and there is no reason to wait for it.
            peer.setKeepaliveDueNs(System.nanoTime());
        }
        if (request != null) {
            // NIXL has closed the connection, or the request has ended: nothing moves any more. A request that it
            // refuses to take back is left alone.
            agent.release(request.handle());
        }
        fail(
                write,
                peer.loss() != null
                        ? PeerLoss.of(peer, status)
                        : NixlFailure.of(
                                FailureKind.NATIVE,
                                OPERATION,
                                status,
                                "a write of " + write.segments().totalBytes() + " bytes to " + peer.name()
                                        + " failed; the peer may be gone, or the memory on one side"));
    }

    private void fail(PendingWrite write, KvTransferException cause) {
        write.fail(cause);
        ended.add(write);
    }

    int underWayCount() {
        return underWay.size();
    }

    /** How many have ended and were not told. */
    int endedCount() {
        return ended.size();
    }

    /** Calls the completion of a write that has ended. There must be one. */
    void endNext() {
        PendingWrite write = ended.remove();
        KvTransferException failure = write.failure();
        Completion completion = release(write);
        if (failure == null) {
            completion.completed();
        } else {
            completion.failed(failure);
        }
    }

    /**
     * Fails all that has not ended, with the given cause. Their requests and memory stay as they are: data may be moving.
     */
    void abandon(KvTransferException cause) {
        List<PendingWrite> abandoned = List.copyOf(underWay);
        underWay.clear();
        abandoned.forEach(write -> write.completion().failed(cause));
    }

    private Completion release(PendingWrite write) {
        SegmentList segments = write.segments();
        for (int i = 0; i < segments.size(); i++) {
            registrations.get(segments.fromRegion(i)).unuse();
        }
        Completion completion = write.completion();
        write.end();
        free.add(write);
        return completion;
    }
}
