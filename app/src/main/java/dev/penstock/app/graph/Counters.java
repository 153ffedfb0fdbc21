// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts in memory. One thread, the loop's, adds; any thread may read. */
public final class Counters implements Telemetry {
    private final AtomicLongArray totals = new AtomicLongArray(Metric.values().length);

    @Override
    public void add(Metric metric, long delta) {
        int index = metric.ordinal();
        // One writer only: an ordered store is enough, and cheaper than a locked addition.
        totals.setRelease(index, totals.getPlain(index) + delta);
    }

    /** The counts as they are now. */
    public Map<Metric, Long> snapshot() {
        Map<Metric, Long> snapshot = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            snapshot.put(metric, totals.getAcquire(metric.ordinal()));
        }
        return snapshot;
    }
}
