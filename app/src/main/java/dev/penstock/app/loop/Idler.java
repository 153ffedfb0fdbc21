// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.loop;

import java.util.concurrent.locks.LockSupport;

/** Spins, then yields, then parks, as far as the strategy lets it. Belongs to the loop's thread; allocates nothing. */
final class Idler {
    private static final int SPINS = 400;
    private static final int YIELDS = 100;
    private static final long SHORTEST_PARK_NS = 10_000;
    private static final long LONGEST_PARK_NS = 200_000;
    /** After so many parks, a tenth of a second, nothing seems to be going on. */
    private static final int PARKS_UNTIL_ASLEEP = 500;

    private static final long ASLEEP_PARK_NS = 1_000_000;

    private final int lastSpin;
    private final int lastYield;
    private int idleSteps;
    private int parks;
    private long parkNs = SHORTEST_PARK_NS;
    /** Whether the thread sleeps or is about to: whoever has a command for it must wake it. */
    private volatile boolean parked;

    Idler(IdleStrategy strategy) {
        lastSpin = strategy == IdleStrategy.SPIN ? Integer.MAX_VALUE : SPINS;
        lastYield = strategy == IdleStrategy.PARK ? SPINS + YIELDS : Integer.MAX_VALUE;
    }

    void reset() {
        idleSteps = 0;
        parks = 0;
        parkNs = SHORTEST_PARK_NS;
    }

    /**
     * Does nothing for a while.
     *
     * @param commandsWait looked at once more after others can see that this thread sleeps
     */
    // Yielding is this strategy's very point: between spinning and sleeping it lets whoever has work run.
    @SuppressWarnings("ThreadPriorityCheck")
    void idle(EventLoop commandsWait) {
        if (idleSteps < lastSpin) {
            idleSteps++;
            Thread.onSpinWait();
        } else if (idleSteps < lastYield) {
            idleSteps++;
            Thread.yield();
        } else {
            parked = true;
            if (!commandsWait.hasCommands()) {
                LockSupport.parkNanos(parkNs);
            }
            parked = false;
            parks = Math.min(parks + 1, PARKS_UNTIL_ASLEEP);
            parkNs = parks < PARKS_UNTIL_ASLEEP ? Math.min(LONGEST_PARK_NS, 2 * parkNs) : ASLEEP_PARK_NS;
        }
    }

    boolean isParked() {
        return parked;
    }
}
