// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.ports.Clock;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;

/** One kind of move between tiers: how many are under way, how many bytes they moved, and for how long there were any. */
final class Flow {
    private final Metric bytes;
    private final Metric busyNanos;
    private final Clock clock;
    private final Telemetry telemetry;
    private int running;
    private long busySince;

    Flow(Metric bytes, Metric busyNanos, Clock clock, Telemetry telemetry) {
        this.bytes = bytes;
        this.busyNanos = busyNanos;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    void began() {
        if (running++ == 0) {
            busySince = clock.nanoTime();
        }
    }

    /** One has ended. */
    void ended(long movedBytes) {
        telemetry.add(bytes, movedBytes);
        long now = clock.nanoTime();
        // With each end, not only with the last: a steady flow never has a last one.
        telemetry.add(busyNanos, now - busySince);
        busySince = now;
        running--;
    }

    int running() {
        return running;
    }
}
