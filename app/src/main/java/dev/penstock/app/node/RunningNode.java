// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.node;

import dev.penstock.app.graph.Counters;
import dev.penstock.app.graph.DaggerNodeComponent;
import dev.penstock.app.graph.NodeComponent;
import dev.penstock.app.graph.NodeSettings;
import dev.penstock.app.loop.EventLoop;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Node;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.transport.KvTransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** A node on its own thread, from the opening of its ports to their end. */
public final class RunningNode implements AutoCloseable {
    /** For commands that wait for nobody: allocating many GiB takes the longest. */
    private static final Duration COMMAND_DEADLINE = Duration.ofMinutes(2);

    /** For the peers to say goodbye. With the time that the ports take to close it stays below two seconds. */
    private static final Duration LEAVE_DEADLINE = Duration.ofSeconds(1);

    private static final long LEAVE_POLL_NS = 1_000_000;

    private final NodeComponent component;
    private final EventLoop loop;
    /** For the loop's thread. */
    private final List<Runnable> first;

    private final AtomicBoolean left = new AtomicBoolean();

    private RunningNode(NodeComponent component, EventLoop loop, List<Runnable> first) {
        this.component = component;
        this.loop = loop;
        this.first = first;
    }

    /**
     * Opens the ports and starts the loop. Blocks until they are open.
     *
     * @throws KvTransferException if a port can't be opened; nothing is left behind
     */
    public static RunningNode start(KvTransportProvider transport, NodeSettings settings, IdleStrategy idle) {
        AtomicReference<NodeComponent> made = new AtomicReference<>();
        List<Runnable> first = new ArrayList<>();
        EventLoop loop = EventLoop.start("penstock-loop", idle, () -> {
            NodeComponent component = DaggerNodeComponent.factory().create(transport, settings);
            made.set(component);
            return new NodeDuty(component.node(), component.ports(), component.control(), first);
        });
        return new RunningNode(Objects.requireNonNull(made.get()), loop, first);
    }

    /**
     * Has something closed in the end, on the loop's thread, before the ports are: it uses their memory. For the loop's thread
     * alone.
     */
    public void closeFirst(Runnable close) {
        first.add(close);
    }

    /** The node. For the loop's thread alone. */
    public Node node() {
        return component.node();
    }

    /** The ports of the data path. For the loop's thread, except where their methods say that any thread may call. */
    public PipePorts ports() {
        return component.ports();
    }

    /** Fills and checks contents. Any thread. */
    public KvPattern pattern() {
        return component.pattern();
    }

    /** What is counted. Any thread. */
    public Counters counters() {
        return component.counters();
    }

    /** The loop that steps the node. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Does something on the loop's thread and waits for it.
     *
     * @param what for the failure, as a verb phrase
     * @throws RuntimeException what the command threw
     */
    public <T> T call(String what, Callable<T> command) {
        return loop.call(what, COMMAND_DEADLINE, command);
    }

    /**
     * Begins to end all sessions, without waiting for the peers to take what is queued. Any thread; does not wait. Only the
     * first call counts: it knows the reason.
     */
    public void leave(String reason) {
        if (!left.getAndSet(true)) {
            loop.execute(() -> component.node().leave(reason));
        }
    }

    /**
     * Ends what sessions are left, waits a second for the peers to agree, and closes the ports. All memory of this node is
     * gone afterwards: no thread may be using it. Idempotent.
     */
    @Override
    public void close() {
        leave("");
        long deadline = System.nanoTime() + LEAVE_DEADLINE.toNanos();
        while (!ended() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LEAVE_POLL_NS);
        }
        loop.close();
    }

    private boolean ended() {
        try {
            return loop.call(
                    "end sessions", LEAVE_DEADLINE, () -> component.node().ended());
        } catch (RuntimeException e) {
            // The loop has ended, or hangs: either way no session will end any more.
            return true;
        }
    }
}
