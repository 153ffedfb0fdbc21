// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A whole exchange between two or three nodes, in one thread, from one seed. */
final class Exchange {
    static final ControlAddress ADDRESS = new ControlAddress("simulated", 1);
    private static final long MILLIS = 1_000_000;
    /** When whoever is not done is told to end in order; then to leave; then it hangs. */
    private static final long CLOSE_AT = 200 * MILLIS;

    private static final long LEAVE_AT = 300 * MILLIS;
    private static final long HANGS_AT = 400 * MILLIS;

    private final Scenario scenario;
    private final SimulatedWorld world;
    private final Random random;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedNode> past = new ArrayList<>();
    private final Map<Integer, SentObject> objects = new LinkedHashMap<>();
    private final List<Runnable> restarts = new ArrayList<>();
    private final Map<Metric, Long> counts = new EnumMap<>(Metric.class);
    private int nextObject;
    private int steps;

    Exchange(long seed, @Nullable Consumer<String> trace) {
        random = new Random(Pattern.mix(seed));
        scenario = Scenario.drawn(random);
        world = new SimulatedWorld(random, scenario.faults(), scenario.sharesMemory(), trace);
        world.trace(scenario::toString);
        nodes.add(new SimulatedNode(
                this,
                "acceptor",
                1,
                false,
                scenario.acceptor(),
                scenario.acceptor().objects()));
        for (int i = 1; i <= scenario.initiators(); i++) {
            nodes.add(newInitiator(i, 1));
        }
    }

    private SimulatedNode newInitiator(int index, int incarnation) {
        Scenario.Side side = scenario.initiator();
        return new SimulatedNode(this, "initiator" + index, incarnation, true, side, side.objects());
    }

    Scenario scenario() {
        return scenario;
    }

    SimulatedWorld world() {
        return world;
    }

    int steps() {
        return steps;
    }

    SentObject newObject(int lengthBytes, SimulatedNode sender) {
        SentObject object = new SentObject(nextObject++, lengthBytes, sender);
        objects.put(object.number, object);
        return object;
    }

    void forget(SentObject object) {
        objects.remove(object.number);
    }

    SentObject object(int number) {
        SentObject object = objects.get(number);
        if (object == null) {
            throw new AssertionError("an object arrives that nobody sent: " + number);
        }
        return object;
    }

    /** How often what was counted. */
    Map<Metric, Long> counts() {
        return counts;
    }

    void sessionFailed(KvTransferException cause) {
        if (scenario.isHarmless()) {
            throw new AssertionError("a session failed though nothing happened to it", cause);
        }
    }

    /** Runs it to its end. */
    void run() {
        List<Scenario.Interruption> interruptions = new ArrayList<>(scenario.interruptions());
        boolean closing = false;
        boolean leaving = false;
        while (!closing || !allEnded()) {
            long now = world.clock().nanoTime();
            interruptions.removeIf(interruption -> interrupt(interruption, now));
            for (Runnable restart : List.copyOf(restarts)) {
                restart.run();
            }
            step();
            boolean done = interruptions.isEmpty()
                    && restarts.isEmpty()
                    && nodes.stream().allMatch(SimulatedNode::done);
            if (!closing && (done || now > CLOSE_AT)) {
                closing = true;
                closeAll();
            }
            if (!leaving && now > LEAVE_AT) {
                leaving = true;
                nodes.forEach(SimulatedNode::leave);
            }
            if (now > HANGS_AT) {
                throw new AssertionError(
                        "it hangs: " + nodes.stream().map(SimulatedNode::state).toList());
            }
        }
        check(leaving);
    }

    private boolean allEnded() {
        return nodes.stream().allMatch(SimulatedNode::ended);
    }

    /** Who closes first is chance; the acceptor goes on until its peers are gone, or ends their sessions itself. */
    private void closeAll() {
        List<SimulatedNode> order = new ArrayList<>(nodes);
        Collections.shuffle(order, random);
        order.forEach(SimulatedNode::close);
    }

    private void step() {
        steps++;
        int work = 0;
        int first = random.nextInt(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            work += nodes.get((first + i) % nodes.size()).step();
        }
        if (work > 0) {
            world.advance(random.nextInt(2000));
        } else {
            world.advanceToNext(50_000);
        }
    }

    private boolean interrupt(Scenario.Interruption interruption, long now) {
        if (now < interruption.atNs()) {
            return false;
        }
        SimulatedNode node = nodes.get(interruption.node());
        switch (interruption.kind()) {
            case CLOSE -> node.closeSession();
            case LEAVE -> node.leaveSession();
            case CLOSE_IN_CALLBACK -> node.inNextCallback(node::closeSession);
            case LEAVE_IN_CALLBACK -> node.inNextCallback(node::leaveSession);
            case CUT_LINKS -> node.process().cutControlLinks();
            case LOSE_PEER ->
                node.process().lose(nodes.get(interruption.node() == 0 ? 1 : 0).process());
            case KILL -> kill(interruption.node(), true);
            case KILL_SILENTLY -> kill(interruption.node(), false);
            case PAUSE -> node.pause(random.nextInt(4) * MILLIS);
        }
        return true;
    }

    private void kill(int index, boolean noticed) {
        SimulatedNode victim = nodes.get(index);
        if (!victim.process().isAlive()) {
            return;
        }
        victim.process().kill(noticed);
        long earliest = world.clock().nanoTime() + random.nextInt(8) * MILLIS;
        int incarnation = 2 + past.size();
        restarts.add(new Runnable() {
            @Override
            public void run() {
                if (world.clock().nanoTime() < earliest || !victim.process().isQuietOnTheNetwork()) {
                    return;
                }
                restarts.remove(this);
                past.add(victim);
                nodes.set(
                        index,
                        index == 0
                                ? new SimulatedNode(
                                        Exchange.this,
                                        "acceptor",
                                        incarnation,
                                        false,
                                        scenario.acceptor(),
                                        scenario.acceptor().objects() / 2)
                                : newInitiator(index, incarnation));
            }
        });
    }

    private void check(boolean left) {
        for (SentObject object : objects.values()) {
            if (!object.queued || !object.sender.process().isAlive()) {
                continue;
            }
            object.require(object.acknowledged + object.failed == 1, "was never settled");
            object.require(object.released == 1, "keeps its source");
            if (scenario.isHarmless() && !left) {
                object.require(
                        object.acknowledged == 1 || object.abandoned || object.refused || tooLarge(object),
                        "was lost though nothing happened: " + object.failure);
            }
        }
        if (left && scenario.isHarmless()) {
            throw new AssertionError("had to be told to leave though nothing happened");
        }
        for (SimulatedNode node : nodes) {
            node.finish();
        }
    }

    /** An object that stays in the ring must fit into it. */
    private boolean tooLarge(SentObject object) {
        return object.failure != null && object.failure.kind() == FailureKind.CAPACITY;
    }
}
