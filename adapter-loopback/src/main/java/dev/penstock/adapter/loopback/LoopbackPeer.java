// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A peer, from connect to disconnect.
 *
 * <p>A write passes through two queues: its data is copied while it stands in the first, its notification goes into the
 * mailbox from the second. Notifications alone begin in the second, so they overtake data.
 */
final class LoopbackPeer implements Peer {
    private enum State {
        CONNECTED,
        LOST,
        DISCONNECTED
    }

    private final EndpointAddress endpoint;
    private final PeerConnection connection;
    private final Requests requests;
    private final Deque<PendingWrite> copying = new ArrayDeque<>();
    private final Deque<PendingWrite> sending = new ArrayDeque<>();
    private State state = State.CONNECTED;
    private @Nullable KvTransferException broken;

    LoopbackPeer(EndpointAddress endpoint, PeerConnection connection, Requests requests) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.requests = requests;
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    EndpointAddress endpoint() {
        return endpoint;
    }

    boolean isLost() {
        return state == State.LOST;
    }

    boolean isDisconnected() {
        return state == State.DISCONNECTED;
    }

    /**
     * A region of the peer.
     *
     * @throws KvTransferException of kind PROTOCOL if its descriptor names no such region
     */
    MappedFile region(RegionId id) {
        MappedFile region = connection.regions().get(id);
        if (region == null) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "reach a region", name() + "'s descriptor names no region " + id.value());
        }
        return region;
    }

    /**
     * Checks that a segment's destination is within one of the peer's regions.
     *
     * @throws IllegalArgumentException if it isn't
     */
    void checkDestination(SegmentList segments, int index) {
        MappedFile region = connection.regions().get(segments.toRegion(index));
        if (region == null) {
            throw new IllegalArgumentException("segment " + index + " goes to region "
                    + segments.toRegion(index).value() + ", which " + name() + "'s descriptor doesn't name");
        }
        Registrations.checkWithin(index, segments.toOffset(index), segments.length(index), region.lengthBytes());
    }

    void submitWrite(SegmentList segments, ByteBuffer notification, Completion completion) {
        PendingWrite write = requests.begin(segments, notification, completion);
        if (state == State.LOST) {
            requests.fail(write, PeerConnection.lost(endpoint, null));
        } else {
            (write.isCopied() ? sending : copying).add(write);
        }
    }

    void submitNotification(ByteBuffer message) {
        if (state == State.CONNECTED && !(sending.isEmpty() && offer(message))) {
            sending.add(requests.begin(null, message, null));
        }
    }

    void poll(PollRound round, ByteBuffer scratch) {
        if (state != State.CONNECTED) {
            return;
        }
        // Looked at before the mailbox: what a peer sent before it went is in there by then.
        boolean gone = connection.liveness().isGone();
        receive(round, scratch);
        if (state == State.CONNECTED && !gone) {
            copy(round);
            send(round);
        }
        if (state == State.CONNECTED && round.mayReport()) {
            // The limit wasn't reached, so the mailbox is empty.
            if (broken != null) {
                lose(broken, round);
            } else if (gone) {
                lose(PeerConnection.lost(endpoint, null), round);
            }
        }
    }

    private void receive(PollRound round, ByteBuffer scratch) {
        while (state == State.CONNECTED && round.mayReport() && take(scratch)) {
            round.notified(this, scratch);
        }
    }

    private void copy(PollRound round) {
        for (PendingWrite write = copying.peek(); write != null; write = copying.peek()) {
            round.copied(write.copy(round.copyBytesLeft(), requests.registrations(), connection.regions()));
            if (!write.isCopied()) {
                return;
            }
            copying.remove();
            sending.add(write);
        }
    }

    private void send(PollRound round) {
        while (state == State.CONNECTED) {
            PendingWrite write = sending.peek();
            if (write == null || (write.completion() != null && !round.mayReport()) || !offer(write.message())) {
                return;
            }
            sending.remove();
            requests.complete(write, round);
        }
    }

    private boolean take(ByteBuffer message) {
        if (broken != null) {
            return false;
        }
        try {
            return connection.inbox().take(message);
        } catch (KvTransferException e) {
            broken = e;
            return false;
        }
    }

    private boolean offer(ByteBuffer message) {
        if (broken != null) {
            return false;
        }
        try {
            return connection.outbox().offer(message);
        } catch (KvTransferException e) {
            broken = e;
            return false;
        }
    }

    private void lose(KvTransferException cause, PollRound round) {
        state = State.LOST;
        requests.failAll(copying, cause);
        requests.failAll(sending, cause);
        round.peerLost(this, cause);
    }

    /** Unmaps everything and fails what is under way. Idempotent. */
    void disconnect() {
        if (state == State.DISCONNECTED) {
            return;
        }
        state = State.DISCONNECTED;
        KvTransferException cause = new KvTransferException(
                FailureKind.CLOSED, "write to " + name(), "this side disconnected while the write was under way");
        requests.failAll(copying, cause);
        requests.failAll(sending, cause);
        connection.close();
    }
}
