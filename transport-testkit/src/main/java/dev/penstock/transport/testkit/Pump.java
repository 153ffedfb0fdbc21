// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.transport.Peer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Polls transports until something has happened, but not for ever. */
final class Pump {
    private static final Duration NAP = Duration.ofNanos(50_000);
    /** Idle turns after which others may run: on a busy machine the peer's process may need this very core. */
    private static final int SPINS = 100;

    private static final int YIELDS = 1000;

    private final Duration patience;

    /** A pump that gives up after {@code patience}. */
    Pump(Duration patience) {
        this.patience = patience;
    }

    /**
     * Polls the nodes in turn until the condition holds.
     *
     * @throws AssertionError after the deadline, naming what was waited for and how things stand
     */
    void until(String what, BooleanSupplier condition, TestNode... nodes) {
        long startNs = System.nanoTime();
        int idle = 0;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > patience.toNanos()) {
                throw new AssertionError("no " + what + " within " + patience + "; " + List.of(nodes));
            }
            idle = pollAll(nodes) > 0 ? 0 : idle + 1;
            rest(idle);
        }
    }

    /** Gives the core away, the further the longer nothing has happened. */
    @SuppressWarnings("ThreadPriorityCheck") // Yielding is the point: it is the shortest way to let the peer run.
    static void rest(int idleTurns) {
        if (idleTurns > SPINS + YIELDS) {
            LockSupport.parkNanos(NAP.toNanos());
        } else if (idleTurns > SPINS) {
            Thread.yield();
        }
    }

    /** Polls the nodes in turn for some time, in order to see that something does not happen. */
    void forAWhile(Duration time, TestNode... nodes) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < time.toNanos()) {
            pollAll(nodes);
        }
    }

    /**
     * Waits until a node finds out that its peer is gone. Speaks to the peer now and then: some transports notice only when
     * they use the connection.
     */
    void untilLost(TestNode node, Peer peer) {
        long[] nextNs = {System.nanoTime()};
        until(
                "loss of " + peer.name(),
                () -> {
                    if (!node.hasLost(peer) && System.nanoTime() - nextNs[0] >= 0) {
                        node.send(peer, new byte[] {0});
                        nextNs[0] += TimeUnit.MILLISECONDS.toNanos(200);
                    }
                    return node.hasLost(peer);
                },
                node);
    }

    private static int pollAll(TestNode... nodes) {
        int done = 0;
        for (TestNode node : nodes) {
            done += node.poll();
        }
        return done;
    }
}
