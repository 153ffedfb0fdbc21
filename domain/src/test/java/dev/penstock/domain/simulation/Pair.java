// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A sender that opens a session with a receiver, for tests of one thing at a time. Everything works unless told otherwise. */
public final class Pair {
    public static final long MILLIS = 1_000_000;
    public static final SessionTerms TERMS =
            new SessionTerms("test", "simulated", "host", "llama", "", "bfloat16", 256, "sha256", "mum64-v1");
    private static final long STEP_NS = 1000;
    private static final long IDLE_NS = 50_000;

    private final SimulatedWorld world;
    private final SessionConfig config;
    private final List<PairEnd> ends = new ArrayList<>();
    private final PairEnd receiver;
    private PairEnd sender;
    private long ringPageBytes;

    /** A world in which nothing takes time. */
    public Pair(PipeConfig pipe) {
        this(pipe, Faults.NONE, false);
    }

    public Pair(PipeConfig pipe, Faults faults, boolean sharesMemory) {
        this(pipe, faults, sharesMemory, 0);
    }

    /** A world whose senders rehearse at that interval. */
    public Pair(PipeConfig pipe, Faults faults, boolean sharesMemory, long rehearsalNs) {
        world = new SimulatedWorld(new Random(1), faults, sharesMemory, null);
        config = new SessionConfig(50 * MILLIS, MILLIS, 2 * MILLIS, 10 * MILLIS, 20 * MILLIS, rehearsalNs, pipe);
        receiver = new PairEnd(this, "receiver", 1);
        ends.add(receiver);
        sender = newSender();
    }

    /** The pipes of most tests. */
    public static PipeConfig pipe() {
        return new PipeConfig(4, true, 1 << 30, 10_000, 1000);
    }

    public SimulatedWorld world() {
        return world;
    }

    public SessionConfig config() {
        return config;
    }

    public PairEnd receiver() {
        return receiver;
    }

    public PairEnd sender() {
        return sender;
    }

    /** Another incarnation of the sender. */
    public PairEnd newSender() {
        sender = new PairEnd(this, "sender", ends.size());
        ends.add(sender);
        return sender;
    }

    /** The receiver takes what comes in a ring of its own. */
    public Pair receivingInARing(long pageBytes, int pages, ObjectSink sink) {
        ringPageBytes = pageBytes;
        receiver.listen(() -> receiver.ring(pageBytes * pages, pageBytes, sink));
        return this;
    }

    /** The receiver takes what comes in pages that outlive the session. */
    public PagePool receivingInAStore(long pageBytes, int pages, ObjectSink sink) {
        ringPageBytes = pageBytes;
        PagePool pool = receiver.store(pageBytes, pages);
        receiver.listen(() -> receiver.inboundOf(pool, sink));
        return pool;
    }

    /** Opens the session. */
    public Session open() {
        Session session = sender.connect(8 * ringPageBytes);
        until(
                "the session opens",
                () -> sender.log().contains("opened") && receiver.log().contains("opened"));
        return session;
    }

    /** The end through which the sender sends. */
    public PipeSender pipe(Session session) {
        return session.sender().orElseThrow();
    }

    /** One step of each living node, and a little time. */
    public void step() {
        int work = 0;
        for (PairEnd end : List.copyOf(ends)) {
            work += end.step();
        }
        if (work > 0) {
            world.advance(STEP_NS);
        } else {
            world.advanceToNext(IDLE_NS);
        }
    }

    /** Steps until the virtual time is over. */
    public void forNs(long ns) {
        long end = world.clock().nanoTime() + ns;
        while (world.clock().nanoTime() < end) {
            step();
        }
    }

    /** Steps until something is true, for a second of virtual time at most. */
    public void until(String what, BooleanSupplier condition) {
        long end = world.clock().nanoTime() + 1000 * MILLIS;
        while (!condition.getAsBoolean()) {
            if (world.clock().nanoTime() > end) {
                throw new AssertionError("waited in vain until " + what);
            }
            step();
        }
    }

    /** Ends the session in order and checks that nothing is left. */
    public void closeAndCheck(Session session) {
        session.close();
        until(
                "all sessions are over",
                () -> sender.node().ended() && receiver.node().ended());
        Objects.requireNonNull(sender).finish();
        receiver.finish();
    }
}
