// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.app.timeline.PartTimeline;
import dev.penstock.ports.Metric;
import dev.penstock.ports.PartStage;
import dev.penstock.ports.Telemetry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts in memory. One thread, the loop's, adds; any thread may read. */
public final class Counters implements Telemetry {
    private final Map<Metric, AtomicLong> totals = new EnumMap<>(Metric.class);
    private final @Nullable PartTimeline timeline;

    /**
     * All counts are 0.
     *
     * @param timeline told where parts are, if somebody wants to know
     */
    public Counters(Optional<PartTimeline> timeline) {
        this.timeline = timeline.orElse(null);
        for (Metric metric : Metric.values()) {
            totals.put(metric, new AtomicLong());
        }
    }

    @Override
    public void add(Metric metric, long delta) {
        AtomicLong total = Objects.requireNonNull(totals.get(metric));
        // One writer only: an ordered store is enough, and cheaper than a locked addition.
        total.setRelease(total.getPlain() + delta);
    }

    @Override
    public void part(PartStage stage, long epoch, long sequence, long bytes) {
        if (timeline != null) {
            timeline.part(stage, epoch, sequence, bytes);
        }
    }

    /** The counts as they are now. */
    public Map<Metric, Long> snapshot() {
        Map<Metric, Long> snapshot = new EnumMap<>(Metric.class);
        totals.forEach((metric, total) -> snapshot.put(metric, total.getAcquire()));
        return snapshot;
    }
}
