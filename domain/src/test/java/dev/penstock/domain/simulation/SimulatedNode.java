// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Acceptor;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Node;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.session.SessionPlan;
import dev.penstock.ports.Digest;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.transport.testkit.simulation.DelayingMemory;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One incarnation of a node with its applications. */
final class SimulatedNode {
    private static final int MAX_SESSIONS = 6;

    private final Exchange exchange;
    private final Scenario.Side side;
    private final boolean initiator;
    private final NodeId id;
    private final SimulatedProcess process;
    private final DelayingMemory memory;
    private final Node node;
    private final SendingApp sending;
    private final List<SessionApp> apps = new ArrayList<>();
    private final ArrayDeque<ReceivingApp.Kept> kept = new ArrayDeque<>();
    private final @Nullable PagePool storePages;
    private final @Nullable Region storeRegion;
    private @Nullable Session current;
    private @Nullable Runnable inNextCallback;
    /** Peers with which a session failed and that did not come back. */
    private final Set<NodeId> unreturned = new HashSet<>();

    private boolean stopped;
    private long pausedUntil;
    private int sessions;

    SimulatedNode(Exchange exchange, String name, int incarnation, boolean initiator, Scenario.Side side, int objects) {
        this.exchange = exchange;
        this.side = side;
        this.initiator = initiator;
        id = new NodeId(name);
        process = exchange.world().start(name + "." + incarnation);
        HostMemory exact = new HostMemory(process.hostRegions());
        memory = process.delaying(exact, new HostPagedKvMover(exact));
        node = new Node(
                id,
                new PipePorts(memory, memory.mover(), process.transport(), this::count),
                process.controlPlane(),
                exchange.world().clock(),
                exchange.world().epochs(),
                exchange.scenario().session());
        sending = new SendingApp(this, objects, side.maxObjectBytes());
        if (side.store()) {
            storeRegion = memory.allocate((long) side.pageBytes() * side.pages());
            process.transport().register(storeRegion);
            storePages = new PagePool(storeRegion, side.pageBytes());
        } else {
            storeRegion = null;
            storePages = null;
        }
        if (!initiator) {
            node.listen(Exchange.ADDRESS, new AcceptingApp());
        }
    }

    // What the applications ask.

    SimulatedWorld world() {
        return exchange.world();
    }

    Scenario scenario() {
        return exchange.scenario();
    }

    SimulatedProcess process() {
        return process;
    }

    DelayingMemory memory() {
        return memory;
    }

    KvTransport transport() {
        return process.transport();
    }

    long now() {
        return world().clock().nanoTime();
    }

    long longestHoldNs() {
        return side.longestHoldNs();
    }

    SentObject newObject(int lengthBytes) {
        return exchange.newObject(lengthBytes, this);
    }

    void forget(SentObject object) {
        exchange.forget(object);
    }

    SentObject object(int number) {
        return exchange.object(number);
    }

    void keep(ReceivingApp.Kept object) {
        kept.add(object);
    }

    void trace(Supplier<String> line) {
        world().trace(() -> this + ": " + line.get());
    }

    // What the exchange does with it.

    SendingApp sending() {
        return sending;
    }

    /** Whether there is nothing left to send, and no session on its way to open. */
    boolean done() {
        return sending.done()
                && (!initiator || sessions > 0)
                && apps.stream().allMatch(app -> app.opened || app.told > 0);
    }

    int step() {
        if (!process.isAlive() || now() < pausedUntil) {
            return 0;
        }
        int work = 0;
        if (initiator && !stopped && current == null && sessions < MAX_SESSIONS) {
            sessions++;
            SessionApp app = new SessionApp();
            apps.add(app);
            current = node.connect(Exchange.ADDRESS, plan(app));
            work++;
        }
        work += sending.step(current);
        work += node.step();
        for (SessionApp app : apps) {
            work += app.receiving == null ? 0 : app.receiving.step();
        }
        return work;
    }

    private void count(Metric metric, long delta) {
        if (delta < 0) {
            throw new AssertionError(metric + " shrinks by " + -delta);
        }
        exchange.counts().merge(metric, delta, Long::sum);
    }

    /** An application is called back: it may do what it was waiting to do. */
    void calledBack() {
        sending.calledBack();
        Runnable action = inNextCallback;
        if (action != null) {
            inNextCallback = null;
            action.run();
        }
    }

    void inNextCallback(Runnable action) {
        inNextCallback = action;
    }

    void pause(long ns) {
        // Pauses that follow each other closely would look like a silent death.
        if (now() > pausedUntil + ns) {
            pausedUntil = now() + ns;
        }
    }

    /** No new sessions; the one that is there ends in order. */
    void close() {
        if (process.isAlive()) {
            trace(() -> "closes");
            stopped = true;
            sending.stop();
            if (current != null) {
                current.close();
            }
        }
    }

    /** Ends the current session; another one may follow. */
    void closeSession() {
        if (process.isAlive() && current != null) {
            trace(() -> "closes its session");
            current.close();
        }
    }

    void leaveSession() {
        if (process.isAlive() && current != null) {
            trace(() -> "leaves its session");
            current.leave("the simulation wants it");
        }
    }

    void leave() {
        if (process.isAlive()) {
            trace(() -> "leaves");
            stopped = true;
            sending.stop();
            node.leave("the simulation ends");
        }
    }

    boolean ended() {
        return !process.isAlive()
                || (node.ended() && apps.stream().allMatch(app -> app.receiving == null || app.receiving.idle()));
    }

    String state() {
        return this + (process.isAlive() ? " " + (current == null ? "without a session" : current.state()) : " dead")
                + ", " + (node.ended() ? "ended" : "not ended");
    }

    /** Gives everything back and checks that nothing is left. */
    void finish() {
        if (!process.isAlive()) {
            return;
        }
        while (!kept.isEmpty()) {
            kept.remove().evict();
        }
        for (SessionApp app : apps) {
            if (app.told != 1) {
                throw new AssertionError(this + ": a session's end was told " + app.told + " times");
            }
            if (app.receiving != null) {
                app.receiving.requireAllTold();
            }
        }
        if (storePages != null && storeRegion != null) {
            if (storePages.heldPages() != 0) {
                throw new AssertionError(this + ": " + storePages.heldPages() + " pages of the store are still held");
            }
            if (storePages.quarantinedPages() != 0 && unreturned.isEmpty()) {
                throw new AssertionError(
                        this + ": " + storePages.quarantinedPages() + " pages of the store are still in quarantine");
            }
            process.transport().deregister(storeRegion.id());
            memory.free(storeRegion.id());
        }
        process.controlPlane().close();
        process.transport().close();
        // What the ports still hold when all sessions are over has leaked; closing the memory would hide it.
        process.requireNoLeaks();
        memory.close();
    }

    private final class AcceptingApp implements Acceptor {
        @Override
        public SessionTerms terms() {
            return SimulatedNode.this.terms();
        }

        @Override
        public SessionPlan plan(Hello hello) {
            SessionApp app = new SessionApp();
            apps.add(app);
            return SimulatedNode.this.plan(app);
        }
    }

    private SessionTerms terms() {
        return new SessionTerms(
                "simulation",
                process.transport().name(),
                memory.kind().label(),
                "",
                "",
                "",
                0,
                "",
                scenario().digest() ? Digest.NAME : "off");
    }

    private SessionPlan plan(SessionApp app) {
        return new SessionPlan(
                terms(),
                side.receives() ? Optional.of(inbound(app)) : Optional.empty(),
                pageBytes -> Ring.allocate(memory, process.transport(), pageBytes * side.slots()),
                app);
    }

    private Inbound inbound(SessionApp app) {
        if (storePages != null) {
            app.receiving = new ReceivingApp(this, storePages, true);
            return Inbound.store(storePages, this::emptyPage, app.receiving);
        }
        Ring ring = Ring.allocate(memory, process.transport(), (long) side.pageBytes() * side.pages());
        PagePool pages = new PagePool(ring.region(), side.pageBytes());
        app.receiving = new ReceivingApp(this, pages, false);
        return Inbound.ring(ring, side.pageBytes(), app.receiving);
    }

    private int emptyPage() {
        PagePool pages = Objects.requireNonNull(storePages);
        while (pages.freePages() == 0 && !kept.isEmpty()) {
            kept.remove().evict();
        }
        return pages.take();
    }

    /** What one session's owner is told. */
    private final class SessionApp implements SessionHandler {
        private @Nullable ReceivingApp receiving;
        private boolean opened;
        private int told;

        @Override
        public void opened(Session session) {
            opened = true;
            session.peerNode().ifPresent(unreturned::remove);
            trace(() -> "session " + Long.toHexString(session.epoch()) + " is open");
            current = session;
        }

        @Override
        public void closed(Session session, String reason) {
            trace(() -> "session " + Long.toHexString(session.epoch()) + " is closed " + reason);
            over(session);
        }

        @Override
        public void failed(Session session, KvTransferException cause) {
            trace(() -> "session " + Long.toHexString(session.epoch()) + " failed: " + cause);
            exchange.sessionFailed(cause);
            session.peerNode().ifPresent(unreturned::add);
            over(session);
        }

        private void over(Session session) {
            told++;
            if (current == session) {
                current = null;
            }
        }
    }

    @Override
    public String toString() {
        return process.name();
    }
}
