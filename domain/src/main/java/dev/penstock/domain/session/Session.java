// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.pipe.PipeReceiver;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SenderSlots;
import dev.penstock.domain.wire.Notification;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.ProtocolVersion;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.control.Welcome;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pairing of two nodes, from the first message to the last: docs/protocol.md, section 1. Stepped by its {@link Node};
 * methods belong to the loop's thread.
 */
public final class Session {
    /** Where a session is in its life. */
    public enum State {
        /** The initiator tries to reach the acceptor. */
        CONNECTING,
        /** Messages are exchanged. */
        GREETING,
        /** Pipes work. */
        OPEN,
        /** This side finishes what is under way before it leaves. */
        DRAINING,
        /** This side said Goodbye and waits for the peer's. */
        PARTING,
        /** Over, in order. */
        CLOSED,
        /** Over, by a failure. */
        FAILED;

        /** Whether the session is over. */
        public boolean isFinal() {
            return this == CLOSED || this == FAILED;
        }
    }

    private final PipePorts ports;
    private final ControlPlane control;
    private final SessionConfig config;
    private final boolean initiator;

    private State state;
    private @Nullable SessionPlan plan;
    private @Nullable ControlLink link;
    private @Nullable NodeId peerNode;
    private @Nullable Peer peer;
    private long epoch;
    private @Nullable RingGeometry peerRing;

    private @Nullable PipeSender sender;
    private @Nullable PipeReceiver receiver;
    private @Nullable Ring sendRing;
    private @Nullable Region reached;

    private final long openDeadline;
    private long lastHeard;
    private long nextHeartbeat;
    private long lastProgressCount;
    private long lastProgressAt;
    /** This side has said Welcome, or Ready. */
    private boolean answered;

    private boolean opened;
    private boolean peerSaidGoodbye;
    private boolean peerLeftFirst;
    private String leaveReason = "";
    /** What the sender has not sent is to be dropped. */
    private boolean dropsPending;

    private boolean resourcesReleased;

    private final Map<Long, BackendReplyListener> calls = new HashMap<>();
    private final Map<Long, Integer> callSizes = new HashMap<>();
    private long nextCall = 1;

    /** The initiator's. */
    Session(PipePorts ports, ControlPlane control, SessionConfig config, SessionPlan plan, long now) {
        this.ports = ports;
        this.control = control;
        this.config = config;
        this.initiator = true;
        this.plan = plan;
        this.state = State.CONNECTING;
        this.openDeadline = now + config.openTimeoutNs();
        this.lastHeard = now;
    }

    /** The acceptor's. */
    Session(PipePorts ports, ControlPlane control, SessionConfig config, ControlLink link, long now) {
        this.ports = ports;
        this.control = control;
        this.config = config;
        this.initiator = false;
        this.link = link;
        this.state = State.GREETING;
        this.openDeadline = now + config.openTimeoutNs();
        this.lastHeard = now;
    }

    // What the owner sees.

    /** Where the session is in its life. */
    public State state() {
        return state;
    }

    /** The epoch, once the session was welcomed; 0 before. */
    public long epoch() {
        return epoch;
    }

    /** Who the peer is, once it said so. */
    public Optional<NodeId> peerNode() {
        return Optional.ofNullable(peerNode);
    }

    /** The end through which this side sends, if the peer receives and the session was opened. */
    public Optional<PipeSender> sender() {
        return opened ? Optional.ofNullable(sender) : Optional.empty();
    }

    /** The end through which this side receives, if it does and the session was opened. */
    public Optional<PipeReceiver> receiver() {
        return opened ? Optional.ofNullable(receiver) : Optional.empty();
    }

    /** Ends the session in order: what was given to the sender is sent and acknowledged first. */
    public void close() {
        leave("", false);
    }

    /**
     * Ends the session without waiting for the peer to take what was given to the sender: that fails with kind CLOSED.
     *
     * @param reason told to the peer
     */
    public void leave(String reason) {
        leave(reason, true);
    }

    private void leave(String reason, boolean dropPending) {
        if (state == State.CONNECTING || state == State.GREETING) {
            fail(closedLocally(reason));
        } else if (state == State.OPEN || (state == State.DRAINING && dropPending)) {
            state = State.DRAINING;
            leaveReason = reason;
            // Dropped in the next step: this may be called by a listener, from within the sender.
            dropsPending |= dropPending;
            if (sender != null) {
                sender.end();
            }
        }
    }

    private static KvTransferException closedLocally(String reason) {
        return new KvTransferException(
                FailureKind.CLOSED, "end a session", reason.isEmpty() ? "this side closed the session" : reason);
    }

    private static KvTransferException peerLeft(String reason) {
        return new KvTransferException(
                FailureKind.CLOSED,
                "end a session",
                reason.isEmpty() ? "the peer closed the session" : "the peer left: " + reason);
    }

    /**
     * Asks the peer's store.
     *
     * @return the call's number, which no other call of this session has
     * @throws IllegalArgumentException if there are more keys than one call takes; nothing was asked
     * @throws KvTransferException of kind CLOSED if the session is not open
     */
    public long call(BackendOperation operation, List<String> keys, BackendReplyListener listener) {
        return call(operation, keys, 0, listener);
    }

    /**
     * As {@link #call(BackendOperation, List, BackendReplyListener)}, for an operation that takes a time.
     *
     * @param leaseNanos as {@link BackendCall#leaseNanos}
     */
    public long call(BackendOperation operation, List<String> keys, long leaseNanos, BackendReplyListener listener) {
        if (state != State.OPEN) {
            throw new KvTransferException(FailureKind.CLOSED, "ask the peer's store", "the session is " + state);
        }
        long callId = nextCall++;
        BackendCall call = new BackendCall(callId, operation, keys, leaseNanos);
        calls.put(callId, listener);
        callSizes.put(callId, keys.size());
        say(call);
        return callId;
    }

    /** Answers a call that {@link SessionHandler#called} reported. Ignored if the session is over. */
    public void reply(BackendReply reply) {
        if (state == State.OPEN || state == State.DRAINING) {
            say(reply);
        }
    }

    // What the node tells.

    @Nullable
    ControlLink link() {
        return link;
    }

    @Nullable
    Peer peer() {
        return peer;
    }

    void linkOpened(ControlLink newLink) {
        link = newLink;
    }

    void connected(NodeId self, byte[] descriptor) {
        state = State.GREETING;
        SessionPlan mine = requirePlan();
        say(new Hello(
                ProtocolVersion.CURRENT,
                self,
                mine.terms(),
                descriptor,
                mine.inbound().map(inbound -> inbound.pages().geometry())));
    }

    /** The acceptor takes a Hello that was checked; {@link #answer} follows. */
    void greeted(Hello hello, SessionPlan accepted, long newEpoch) {
        plan = accepted;
        meet(hello.node(), newEpoch, hello.descriptor(), hello.ring());
    }

    /** The initiator is welcomed; {@link #answer} follows. */
    void welcomed(Welcome welcome) {
        meet(welcome.node(), welcome.epoch(), welcome.descriptor(), welcome.ring());
    }

    /** Learns who the peer is and makes the pipes: the peer's first credit may come before its Ready does. */
    private void meet(NodeId node, long newEpoch, byte[] descriptor, Optional<RingGeometry> ring) {
        peerNode = node;
        epoch = newEpoch;
        peerRing = ring.orElse(null);
        Inbound inbound = requirePlan().inbound().orElse(null);
        if (peerRing == null && inbound == null) {
            throw new KvTransferException(FailureKind.REFUSED, "open a session", "neither side receives anything");
        }
        Peer to = connectTo(descriptor);
        peer = to;
        if (peerRing != null) {
            Optional<HostRegion> shared = ports.transport().reach(to, peerRing.region());
            sender = new PipeSender(config.pipe(), ports, to, epoch, peerRing, slots(shared, peerRing));
        }
        if (inbound != null) {
            receiver = new PipeReceiver(
                    config.pipe(),
                    ports,
                    to,
                    epoch,
                    inbound.pages(),
                    inbound.emptyPages(),
                    inbound.sink(),
                    ports.transport().sharesMemory());
        }
    }

    private Peer connectTo(byte[] descriptor) {
        try {
            return ports.transport().connect(descriptor);
        } catch (IllegalStateException e) {
            // Another node's session has it: somebody shows a descriptor that is not his.
            throw new KvTransferException(
                    FailureKind.REFUSED, "open a session", "the peer's endpoint is in another session", e);
        }
    }

    /** Whether this side knows the peer and has not said Welcome, or Ready. */
    boolean owesAnswer() {
        return state == State.GREETING && peerNode != null && !answered;
    }

    /** Says Welcome, or Ready: this side's writes of earlier sessions with the peer are terminal. */
    void answer(NodeId self, long now) {
        answered = true;
        if (initiator) {
            say(new Ready(epoch));
            open(now);
        } else {
            say(new Welcome(
                    epoch,
                    self,
                    ports.transport().descriptor(),
                    requirePlan().inbound().map(inbound -> inbound.pages().geometry())));
        }
    }

    void ready(Ready ready, long now) {
        checkEpoch(ready.epoch());
        open(now);
    }

    boolean waitsForHello() {
        return !initiator && state == State.GREETING && plan == null;
    }

    boolean waitsForWelcome() {
        return initiator && state == State.GREETING && peerNode == null;
    }

    boolean waitsForReady() {
        return !initiator && state == State.GREETING && answered;
    }

    private void open(long now) {
        state = State.OPEN;
        opened = true;
        lastHeard = now;
        nextHeartbeat = now;
        lastProgressAt = now;
        requirePlan().handler().opened(this);
    }

    /** Whether a write that this side submitted, or fills in the peer's memory, may still be under way. */
    boolean mayStillWrite() {
        return sender != null && sender.mayWriteToPeer();
    }

    /** Whether the pages that this side granted are there when the session is over. */
    boolean grantedLastingPages() {
        return receiver != null
                && requirePlan().inbound().filter(Inbound::outlivesSession).isPresent();
    }

    /** The peer is known not to write in this session any more. */
    void liftQuarantine() {
        if (receiver != null) {
            receiver.liftQuarantine();
        }
    }

    boolean hasQuarantine() {
        return receiver != null && receiver.quarantinedPages().length > 0;
    }

    private SenderSlots slots(Optional<HostRegion> shared, RingGeometry remote) {
        if (shared.isPresent()) {
            Region region = ports.memory().adopt(shared.get());
            reached = region;
            if (region.lengthBytes() < remote.totalBytes()) {
                throw new KvTransferException(
                        FailureKind.PROTOCOL,
                        "open a session",
                        "a ring of " + remote.totalBytes() + " bytes in a region of " + region.lengthBytes());
            }
            return SenderSlots.shared(region, remote);
        }
        Ring ring = requirePlan().sendRing().apply(remote.pageBytes());
        sendRing = ring;
        return SenderSlots.staged(new PagePool(ring.region(), remote.pageBytes()));
    }

    void received(ControlMessage message, long now) {
        lastHeard = now;
        if (!opened) {
            throw notAllowed(message);
        } else if (message instanceof Heartbeat heartbeat) {
            checkEpoch(heartbeat.epoch());
        } else if (message instanceof Goodbye goodbye) {
            checkEpoch(goodbye.epoch());
            peerLeaves(goodbye.reason());
        } else if (message instanceof BackendCall call) {
            requirePlan().handler().called(this, call);
        } else if (message instanceof BackendReply reply) {
            replied(reply);
        } else {
            throw notAllowed(message);
        }
    }

    private KvTransferException notAllowed(ControlMessage message) {
        return new KvTransferException(
                FailureKind.PROTOCOL,
                "take a control message",
                "a " + message.getClass().getSimpleName() + " is not allowed while the session is " + state);
    }

    private void checkEpoch(long theirs) {
        if (theirs != epoch || epoch == 0) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "take a control message",
                    "epoch " + Long.toHexString(theirs) + ", the session has " + Long.toHexString(epoch));
        }
    }

    private void replied(BackendReply reply) {
        BackendReplyListener listener = calls.get(reply.callId());
        Integer size = callSizes.get(reply.callId());
        if (listener == null || size == null || size != reply.hits().size()) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take a control message", "a reply that answers no call of this side");
        }
        calls.remove(reply.callId());
        callSizes.remove(reply.callId());
        listener.replied(reply.hits());
    }

    private void peerLeaves(String reason) {
        peerSaidGoodbye = true;
        if (state == State.OPEN) {
            leaveReason = reason;
            peerLeftFirst = true;
            state = State.DRAINING;
        }
        if (receiver != null) {
            receiver.close();
        }
        if (sender != null) {
            sender.end();
            if (!sender.idle()) {
                sender.fail(peerLeft(reason));
            }
        }
        if (state == State.PARTING) {
            finish();
        }
    }

    void notified(ByteBuffer message) {
        byte type = Notification.type(message);
        boolean listens = state == State.GREETING || state == State.OPEN || state == State.DRAINING;
        if (Notification.epoch(message) != epoch || !listens) {
            ports.telemetry().add(Metric.STALE_NOTIFICATIONS, 1);
        } else if (type == Notification.PART && receiver != null) {
            receiver.onPart(message);
        } else if (type == Notification.CREDIT && sender != null) {
            sender.onCredit(message);
        } else if (type == Notification.PING && receiver != null) {
            receiver.onPing(message);
        } else if (type == Notification.PONG && sender != null) {
            sender.onPong(message);
        } else {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take a notification", "type " + type + " for a side that expects none");
        }
    }

    // What time brings.

    /** Moves the session along. Returns how much was done. */
    int step(long now) {
        int work = 0;
        if (state == State.OPEN || state == State.DRAINING) {
            work += stepPipes();
        }
        if (state == State.OPEN || state == State.DRAINING) {
            beatHeart(now);
            watchSilence(now);
            watchProgress(now);
        } else if (state == State.PARTING) {
            watchSilence(now);
        } else if (!state.isFinal()) {
            watchOpening(now);
        }
        if (state == State.DRAINING && drained()) {
            say(new Goodbye(epoch, leaveReason));
            if (peerSaidGoodbye) {
                finish();
            } else {
                state = State.PARTING;
                lastHeard = now;
            }
            work++;
        }
        return work;
    }

    private int stepPipes() {
        int work = 0;
        if (receiver != null) {
            work += receiver.step();
        }
        if (sender != null) {
            if (dropsPending) {
                sender.fail(closedLocally(leaveReason));
            }
            work += sender.step();
        }
        if (sender != null && sender.failure() != null && !dropsPending && !peerSaidGoodbye) {
            fail(Objects.requireNonNull(sender.failure()));
        } else if (receiver != null && receiver.failure() != null && !peerSaidGoodbye) {
            fail(Objects.requireNonNull(receiver.failure()));
        }
        return work;
    }

    private boolean drained() {
        if (sender == null) {
            return true;
        }
        return sender.failure() == null ? sender.idle() : !sender.mayWriteToPeer();
    }

    private void beatHeart(long now) {
        if (now - nextHeartbeat >= 0) {
            nextHeartbeat = now + config.heartbeatIntervalNs();
            say(new Heartbeat(epoch));
        }
    }

    private void watchProgress(long now) {
        if (state.isFinal()) {
            return;
        }
        long progress = sender == null ? 0 : sender.progress();
        if (progress != lastProgressCount || sender == null || !waitsForPeer(sender)) {
            lastProgressCount = progress;
            lastProgressAt = now;
        } else if (now - lastProgressAt > config.stallTimeoutNs()) {
            fail(new KvTransferException(
                    FailureKind.TIMEOUT,
                    "send objects",
                    sender.pendingObjects() + " objects made no progress for " + config.stallTimeoutNs() / 1_000_000
                            + " ms: the receiver takes nothing more, or the link is broken"));
        }
    }

    /** An owner may take his time to fill a reservation, but not when this side wants to leave. */
    private boolean waitsForPeer(PipeSender pipe) {
        return state == State.DRAINING || pipe.waitsForPeer();
    }

    private void watchOpening(long now) {
        if (now - openDeadline > 0) {
            fail(new KvTransferException(
                    FailureKind.TIMEOUT,
                    "open a session",
                    state == State.CONNECTING
                            ? "nobody answered within " + config.openTimeoutNs() / 1_000_000
                                    + " ms: is the other side running, with the same host and port?"
                            : "the greeting was not finished within " + config.openTimeoutNs() / 1_000_000 + " ms"));
        }
    }

    private void watchSilence(long now) {
        // Goodbye is the last that is heard from a peer.
        if (!peerSaidGoodbye && now - lastHeard > config.peerTimeoutNs()) {
            fail(new KvTransferException(
                    FailureKind.PEER_LOST,
                    "hear from the peer",
                    "the peer was silent for " + config.peerTimeoutNs() / 1_000_000 + " ms"));
        }
    }

    private void say(ControlMessage message) {
        ControlLink to = link;
        if (to != null) {
            control.send(to, message);
        }
    }

    // How it ends.

    private void finish() {
        state = State.CLOSED;
        endPipes(peerLeftFirst ? peerLeft(leaveReason) : closedLocally("the session is closed"));
        requirePlan().handler().closed(this, leaveReason);
    }

    /** Ends the session by a failure, unless it is over. */
    void fail(KvTransferException cause) {
        if (state.isFinal()) {
            return;
        }
        state = State.FAILED;
        if (cause.kind() != FailureKind.CLOSED && cause.kind() != FailureKind.REFUSED) {
            ports.telemetry().add(Metric.SESSIONS_FAILED, 1);
        }
        if (receiver != null && !peerSaidGoodbye) {
            receiver.fail(cause);
        }
        endPipes(cause);
        if (plan != null) {
            plan.handler().failed(this, cause);
        }
    }

    private void endPipes(KvTransferException cause) {
        if (sender != null) {
            sender.fail(cause);
        }
        if (receiver != null) {
            receiver.close();
        }
        if (peer != null) {
            ports.transport().disconnect(peer);
        }
        if (link != null) {
            control.close(link);
        }
        for (BackendReplyListener listener : calls.values()) {
            listener.failed(cause);
        }
        calls.clear();
        callSizes.clear();
    }

    /**
     * Gives back what the session used, once nothing touches it any more.
     *
     * @return whether that is done
     */
    boolean release() {
        if (resourcesReleased) {
            return true;
        }
        if ((sender != null && !sender.quiet()) || (receiver != null && !receiver.quiet())) {
            return false;
        }
        resourcesReleased = true;
        if (reached != null) {
            ports.memory().free(reached.id());
        }
        if (sendRing != null) {
            sendRing.close();
        }
        if (plan != null) {
            plan.inbound().ifPresent(inbound -> inbound.release().run());
        }
        return true;
    }

    private SessionPlan requirePlan() {
        return Objects.requireNonNull(plan);
    }
}
