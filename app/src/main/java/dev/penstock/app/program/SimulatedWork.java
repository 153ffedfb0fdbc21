// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.Interruption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What the two sides of an inference engine would do beside moving objects: the originals of the programs sleep. */
public final class SimulatedWork {
    private static final int OBJECTS_PER_TURN = 10;
    private static final long SENDER_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long RECEIVER_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private SimulatedWork() {}

    /** Whether the sender works before the object of that index: before every 10th. */
    public static boolean isSendersTurn(int index) {
        return (index + 1) % OBJECTS_PER_TURN == 0;
    }

    /** Whether the receiver works after that many objects: after every 10. */
    public static boolean isReceiversTurn(long received) {
        return received % OBJECTS_PER_TURN == 0;
    }

    /** The sender works. Returns how long it took, in nanoseconds. */
    public static long ofSender(Interruption interruption) {
        return sleep(SENDER_NS, interruption);
    }

    /** The receiver works. Returns how long it took, in nanoseconds. */
    public static long ofReceiver(Interruption interruption) {
        return sleep(RECEIVER_NS, interruption);
    }

    /** One works for as long as it is told. Returns how long it took, in nanoseconds. */
    public static long of(Duration duration, Interruption interruption) {
        return sleep(duration.toNanos(), interruption);
    }

    private static long sleep(long ns, Interruption interruption) {
        long started = System.nanoTime();
        long slept = 0;
        while (slept < ns) {
            interruption.check();
            LockSupport.parkNanos(ns - slept);
            slept = System.nanoTime() - started;
        }
        return slept;
    }
}
