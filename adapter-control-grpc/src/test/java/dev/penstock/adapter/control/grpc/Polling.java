// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.control.ControlPlane;
import dev.penstock.transport.testkit.control.ControlEventLog;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Steps a control plane as its loop would. */
final class Polling {
    private static final long IDLE_NS = 50_000;

    private Polling() {}

    /** Polls until the condition holds. */
    static void until(ControlPlane plane, ControlEventLog log, Duration patience, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (plane.poll(log, 16) == 0) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new AssertionError("not within " + patience + "; reported: " + log.entries());
                }
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    /** Polls for a while. */
    static void during(ControlPlane plane, ControlEventLog log, Duration time) {
        long endNs = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - endNs < 0) {
            if (plane.poll(log, 16) == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }
}
