// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.pipe.PipeReceiver;
import dev.penstock.domain.pipe.PipeSender;
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
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.List;
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
    private final boolean initiator;

    private State state;
    private @Nullable SessionPlan plan;
    private @Nullable ControlLink link;
    private @Nullable NodeId peerNode;
    private @Nullable Peer peer;
    private long epoch;

    private final SessionPipes pipes;
    private final SessionDeadlines deadlines;
    /** This side has said Welcome, or Ready. */
    private boolean answered;

    private boolean opened;
    private boolean peerSaidGoodbye;
    private boolean peerLeftFirst;
    private String leaveReason = "";
    /** What the sender has not sent is to be dropped. */
    private boolean dropsPending;

    private boolean resourcesReleased;

    private final OpenCalls calls = new OpenCalls();

    /** The initiator's. */
    Session(PipePorts ports, ControlPlane control, SessionConfig config, SessionPlan plan, long now) {
        this.ports = ports;
        this.control = control;
        this.initiator = true;
        this.plan = plan;
        this.state = State.CONNECTING;
        this.pipes = new SessionPipes(ports, config.pipe());
        this.deadlines = new SessionDeadlines(config, now);
    }

    /** The acceptor's. */
    Session(PipePorts ports, ControlPlane control, SessionConfig config, ControlLink link, long now) {
        this.ports = ports;
        this.control = control;
        this.initiator = false;
        this.link = link;
        this.state = State.GREETING;
        this.pipes = new SessionPipes(ports, config.pipe());
        this.deadlines = new SessionDeadlines(config, now);
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
        return opened ? Optional.ofNullable(pipes.sender()) : Optional.empty();
    }

    /** The end through which this side receives, if it does and the session was opened. */
    public Optional<PipeReceiver> receiver() {
        return opened ? Optional.ofNullable(pipes.receiver()) : Optional.empty();
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
            pipes.endSending();
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
        long callId = calls.next();
        BackendCall call = new BackendCall(callId, operation, keys, leaseNanos);
        calls.await(callId, keys.size(), listener);
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

    boolean isWith(NodeId node) {
        return node.equals(peerNode);
    }

    /** The initiator has reached the acceptor: it says Hello. */
    void connected(ControlLink newLink, NodeId self, byte[] descriptor) {
        link = newLink;
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
        SessionPlan mine = requirePlan();
        if (ring.isEmpty() && mine.inbound().isEmpty()) {
            throw new KvTransferException(FailureKind.REFUSED, "open a session", "neither side receives anything");
        }
        Peer to = connectTo(descriptor);
        peer = to;
        pipes.open(to, epoch, ring.orElse(null), mine);
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
        deadlines.opened(now);
        requirePlan().handler().opened(this);
    }

    /** Whether a write that this side submitted, or fills in the peer's memory, may still be under way. */
    boolean mayStillWrite() {
        return pipes.mayWriteToPeer();
    }

    /** Whether the pages that this side granted are there when the session is over. */
    boolean grantedLastingPages() {
        return pipes.receiver() != null
                && requirePlan().inbound().filter(Inbound::outlivesSession).isPresent();
    }

    /** The peer is known not to write in this session any more. */
    void liftQuarantine() {
        pipes.liftQuarantine();
    }

    boolean hasQuarantine() {
        return pipes.hasQuarantine();
    }

    void received(ControlMessage message, long now) {
        deadlines.heard(now);
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
            calls.replied(reply);
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

    private void peerLeaves(String reason) {
        peerSaidGoodbye = true;
        if (state == State.OPEN) {
            leaveReason = reason;
            peerLeftFirst = true;
            state = State.DRAINING;
        }
        pipes.peerLeft(peerLeft(reason));
        if (state == State.PARTING) {
            finish();
        }
    }

    void notified(ByteBuffer message) {
        byte type = Notification.type(message);
        boolean listens = state == State.GREETING || state == State.OPEN || state == State.DRAINING;
        if (Notification.epoch(message) != epoch || !listens) {
            ports.telemetry().add(Metric.STALE_NOTIFICATIONS, 1);
        } else {
            pipes.notified(type, message);
        }
    }

    // What time brings.

    /** Moves the session along. Returns how much was done. */
    int step(long now) {
        int work = 0;
        if (state == State.OPEN || state == State.DRAINING) {
            work += stepPipes();
        }
        if (!state.isFinal()) {
            watch(now);
        }
        if (state == State.DRAINING && pipes.drained()) {
            say(new Goodbye(epoch, leaveReason));
            if (peerSaidGoodbye) {
                finish();
            } else {
                state = State.PARTING;
                deadlines.heard(now);
            }
            work++;
        }
        return work;
    }

    private int stepPipes() {
        int work = pipes.step(dropsPending ? closedLocally(leaveReason) : null);
        KvTransferException broken = dropsPending ? null : pipes.senderFailure();
        if (broken == null) {
            broken = pipes.receiverFailure();
        }
        if (broken != null && !peerSaidGoodbye) {
            fail(broken);
        }
        return work;
    }

    private void watch(long now) {
        boolean open = state == State.OPEN || state == State.DRAINING;
        if (open && deadlines.heartbeatIsDue(now)) {
            say(new Heartbeat(epoch));
        }
        if (state == State.OPEN && deadlines.rehearsalIsDue(now)) {
            pipes.rehearse();
        }
        KvTransferException overdue;
        if (state == State.CONNECTING || state == State.GREETING) {
            overdue = deadlines.opening(now, state == State.CONNECTING);
        } else {
            // Goodbye is the last that is heard from a peer.
            overdue = peerSaidGoodbye ? null : deadlines.silence(now);
        }
        if (overdue == null && open) {
            // An owner may take his time to fill a reservation, but not when this side wants to leave.
            PipeSender sender = pipes.sender();
            boolean mustMove = sender != null && (state == State.DRAINING || sender.waitsForPeer());
            overdue = deadlines.standstill(now, sender, mustMove);
        }
        if (overdue != null) {
            fail(overdue);
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
        if (!peerSaidGoodbye) {
            pipes.quarantine(cause);
        }
        endPipes(cause);
        if (plan != null) {
            plan.handler().failed(this, cause);
        }
    }

    private void endPipes(KvTransferException cause) {
        pipes.end(cause);
        if (peer != null) {
            ports.transport().disconnect(peer);
        }
        if (link != null) {
            control.close(link);
        }
        calls.fail(cause);
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
        if (!pipes.quiet()) {
            return false;
        }
        resourcesReleased = true;
        pipes.release();
        if (plan != null) {
            plan.inbound().ifPresent(inbound -> inbound.release().run());
        }
        return true;
    }

    private SessionPlan requirePlan() {
        return Objects.requireNonNull(plan);
    }
}
