// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.domain.pipe.LinkReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * What a sender's link did while nothing else was done with it.
 *
 * @param gibPerSecond of whole slots; empty where both sides share memory, so that nothing is written
 * @param roundTripNs the median from a notification to its answer
 */
public record LinkResult(OptionalDouble gibPerSecond, long roundTripNs) {
    /** What was measured. */
    public static LinkResult of(LinkReport report) {
        return new LinkResult(
                report.sharesMemory() ? OptionalDouble.empty() : OptionalDouble.of(report.gibPerSecond()),
                report.roundTripNs());
    }

    /** For people. */
    public String describe() {
        String rate = gibPerSecond.isPresent()
                ? String.format(Locale.ROOT, "%.2f GiB/s", gibPerSecond.getAsDouble())
                : "shared memory";
        return String.format(
                Locale.ROOT, "%s, round trip %.1f us", rate, (double) roundTripNs / TimeUnit.MICROSECONDS.toNanos(1));
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("shared_memory", gibPerSecond.isEmpty());
        gibPerSecond.ifPresent(rate -> map.put("gib_per_second", rate));
        map.put("round_trip_ns", roundTripNs);
        return map;
    }

    /**
     * What {@link #toMap} made.
     *
     * @throws IllegalArgumentException if something is missing
     */
    static LinkResult of(Fields fields) {
        boolean shared = Boolean.TRUE.equals(fields.toMap().get("shared_memory"));
        return new LinkResult(
                shared
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(fields.number("gib_per_second").doubleValue()),
                fields.number("round_trip_ns").longValue());
    }
}
