// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.ports.Clock;
import dev.penstock.ports.EpochSource;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.Mismatch;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.ProtocolVersion;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.Refusal;
import dev.penstock.ports.control.Welcome;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one process: polls the ports, tells the sessions what they report, and steps them. One thread, the
 * loop's, makes every call.
 */
public final class Node implements Duties {
    private static final int POLL_LIMIT = 64;

    private final NodeId id;
    private final PipePorts ports;
    private final ControlPlane control;
    private final Clock clock;
    private final EpochSource epochs;
    private final SessionConfig config;

    private final List<Session> sessions = new ArrayList<>();
    private final PastSessions past = new PastSessions();
    private final ConnectionAttempts attempts;
    private final List<IntSupplier> duties = new ArrayList<>();
    private final TransportEvents transportEvents = new FromTransport();
    private final ControlEvents controlEvents = new FromControl();
    private @Nullable Acceptor acceptor;

    /** A node that has no session yet. The ports stay their owner's to close, after this node has {@link #ended}. */
    public Node(
            NodeId id, PipePorts ports, ControlPlane control, Clock clock, EpochSource epochs, SessionConfig config) {
        this.id = id;
        this.ports = ports;
        this.control = control;
        this.clock = clock;
        this.epochs = epochs;
        this.config = config;
        this.attempts = new ConnectionAttempts(control, config.retryIntervalNs());
    }

    /**
     * Begins to accept sessions. May block until the address is bound.
     *
     * @return the address, with the port that was chosen
     * @throws KvTransferException of kind UNAVAILABLE if the address can't be bound
     */
    public ControlAddress listen(ControlAddress address, Acceptor newAcceptor) {
        acceptor = newAcceptor;
        return control.listen(address);
    }

    /**
     * Begins to open a session. The acceptor need not be there yet: this side tries again until the open timeout. The
     * plan's handler is told what comes of it.
     */
    public Session connect(ControlAddress address, SessionPlan plan) {
        long now = clock.nanoTime();
        Session session = new Session(ports, control, config, plan, now);
        sessions.add(session);
        attempts.begin(session, address, now);
        return session;
    }

    /** Ends all sessions without waiting for the peers to take what is queued; new ones are refused. */
    public void leave(String reason) {
        acceptor = null;
        for (Session session : List.copyOf(sessions)) {
            session.leave(reason);
        }
    }

    /** Whether no session is left, and nothing of the past ones holds memory. */
    public boolean ended() {
        return sessions.isEmpty() && past.isEmpty();
    }

    @Override
    public void addDuty(IntSupplier duty) {
        duties.add(duty);
    }

    /** Moves everything along. Returns how much was done; 0 means that the loop may idle. */
    public int step() {
        int work = ports.memory().poll(POLL_LIMIT);
        work += ports.transport().poll(transportEvents, POLL_LIMIT);
        work += control.poll(controlEvents, POLL_LIMIT);
        long now = clock.nanoTime();
        work += attempts.step(now);
        // By index: a handler may open another session from within its step.
        for (int i = 0; i < sessions.size(); i++) {
            work += stepSession(sessions.get(i), now);
        }
        for (int i = 0; i < duties.size(); i++) {
            work += duties.get(i).getAsInt();
        }
        if (!sessions.isEmpty()) {
            retireEnded();
        }
        return work + past.release();
    }

    private int stepSession(Session session, long now) {
        try {
            return session.step(now) + (answerIfSafe(session, now) ? 1 : 0);
        } catch (KvTransferException e) {
            session.fail(e);
            return 1;
        }
    }

    private void retireEnded() {
        for (int i = sessions.size() - 1; i >= 0; i--) {
            Session session = sessions.get(i);
            if (session.state().isFinal()) {
                sessions.remove(i);
                past.add(session);
            }
        }
    }

    /** A node has one session with another: a new one shows that the other side has given the earlier ones up. */
    private void endEarlier(NodeId node, Session except) {
        for (Session session : List.copyOf(sessions)) {
            if (session != except && session.isWith(node)) {
                session.fail(new KvTransferException(
                        FailureKind.PEER_LOST, "keep a session", node + " came back in a new session"));
            }
        }
    }

    /**
     * Says Welcome or Ready where it is owed, unless a write of an earlier session with that peer is under way: to the peer
     * it says that there is none. docs/protocol.md, invariant 9.
     */
    private boolean answerIfSafe(Session session, long now) {
        if (!session.owesAnswer() || mayStillWriteTo(session.peerNode().orElseThrow(), session)) {
            return false;
        }
        session.answer(id, now);
        return true;
    }

    private boolean mayStillWriteTo(NodeId node, Session except) {
        for (Session session : sessions) {
            if (session != except && session.mayStillWrite() && session.isWith(node)) {
                return true;
            }
        }
        return past.mayStillWriteTo(node);
    }

    /** The node is back, so its old process, or at least its old writes, are over: docs/protocol.md, invariant 9. */
    private void liftQuarantineOf(NodeId node) {
        for (Session session : sessions) {
            if (session.state().isFinal() && session.isWith(node)) {
                session.liftQuarantine();
            }
        }
        past.liftQuarantineOf(node);
    }

    private @Nullable Session sessionOf(ControlLink link) {
        for (int i = 0; i < sessions.size(); i++) {
            if (link.equals(sessions.get(i).link())) {
                return sessions.get(i);
            }
        }
        return null;
    }

    private @Nullable Session sessionOf(Peer peer) {
        for (int i = 0; i < sessions.size(); i++) {
            if (peer.equals(sessions.get(i).peer())) {
                return sessions.get(i);
            }
        }
        return null;
    }

    private final class FromTransport implements TransportEvents {
        @Override
        public void notified(Peer from, ByteBuffer message) {
            Session session = sessionOf(from);
            if (session == null) {
                ports.telemetry().add(Metric.STALE_NOTIFICATIONS, 1);
                return;
            }
            try {
                session.notified(message);
            } catch (KvTransferException e) {
                session.fail(e);
            }
        }

        @Override
        public void peerLost(Peer peer, KvTransferException cause) {
            Session session = sessionOf(peer);
            if (session != null) {
                session.fail(cause);
            }
        }
    }

    private final class FromControl implements ControlEvents {
        @Override
        public void accepted(ControlLink link) {
            sessions.add(new Session(ports, control, config, link, clock.nanoTime()));
        }

        @Override
        public void connected(ControlLink link) {
            Session session = attempts.reached(link);
            if (session == null) {
                control.close(link);
            } else {
                session.connected(link, id, ports.transport().descriptor());
            }
        }

        @Override
        public void received(ControlLink link, ControlMessage message) {
            Session session = sessionOf(link);
            if (session == null) {
                return;
            }
            try {
                if (session.waitsForHello() && message instanceof Hello hello) {
                    greet(session, link, hello);
                } else if (session.waitsForWelcome() && message instanceof Welcome welcome) {
                    endEarlier(welcome.node(), session);
                    session.welcomed(welcome);
                    liftQuarantineOf(welcome.node());
                } else if (session.waitsForWelcome() && message instanceof Refusal refusal) {
                    session.fail(refused(refusal));
                } else if (session.waitsForReady() && message instanceof Ready ready) {
                    session.ready(ready, clock.nanoTime());
                    session.peerNode().ifPresent(Node.this::liftQuarantineOf);
                } else {
                    session.received(message, clock.nanoTime());
                }
            } catch (KvTransferException e) {
                session.fail(e);
            }
        }

        @Override
        public void closed(ControlLink link, KvTransferException cause) {
            if (attempts.closed(link, cause)) {
                return;
            }
            Session session = sessionOf(link);
            if (session != null) {
                session.fail(cause);
            }
        }
    }

    private void greet(Session session, ControlLink link, Hello hello) {
        Acceptor accepting = acceptor;
        try {
            if (accepting == null) {
                throw new KvTransferException(FailureKind.CLOSED, "open a session", "this node is leaving");
            }
            if (hello.protocolVersion() != ProtocolVersion.CURRENT) {
                throw new KvTransferException(
                        FailureKind.REFUSED,
                        "open a session",
                        "receiver speaks protocol version " + ProtocolVersion.CURRENT + ", sender speaks "
                                + hello.protocolVersion() + ": run the same version of Penstock on both sides");
            }
            List<Mismatch> mismatches = accepting.terms().mismatches(hello.terms());
            if (!mismatches.isEmpty()) {
                String message = describe(mismatches);
                control.send(link, new Refusal(message, mismatches));
                refuse(session, hello, new KvTransferException(FailureKind.REFUSED, "open a session", message));
                return;
            }
            endEarlier(hello.node(), session);
            session.greeted(hello, accepting.plan(hello), epochs.nextEpoch());
        } catch (KvTransferException e) {
            control.send(link, new Refusal(String.valueOf(e.getMessage()), List.of()));
            refuse(session, hello, e);
        }
    }

    private void refuse(Session session, Hello hello, KvTransferException cause) {
        session.fail(cause);
        Acceptor accepting = acceptor;
        if (accepting != null) {
            accepting.refused(hello, cause);
        }
    }

    private static KvTransferException refused(Refusal refusal) {
        return new KvTransferException(
                FailureKind.REFUSED, "open a session", "the receiver refused: " + refusal.reason());
    }

    private static String describe(List<Mismatch> mismatches) {
        return "the two sides differ: "
                + mismatches.stream().map(Mismatch::toString).collect(Collectors.joining("; "));
    }
}
