// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.app.run.ByteSize;
import dev.penstock.ports.Metric;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the tiers of a receiver's store did in all rounds.
 *
 * @param sizes the tiers, as on the command line
 * @param counts what was counted
 * @param plainDownGibps what a plain copy from the upper tier to host memory reached in the same run, in GiB/s
 * @param plainUpGibps the same from host memory to the upper tier
 */
public record TierResult(String sizes, Map<Metric, Long> counts, double plainDownGibps, double plainUpGibps) {
    /** Copies the counts. */
    public TierResult {
        counts = Map.copyOf(counts);
    }

    private static final double GIB = 1L << 30;
    private static final List<Metric> COUNTED = List.of(
            Metric.UPPER_TIER_HITS,
            Metric.HOST_TIER_HITS,
            Metric.DISK_TIER_HITS,
            Metric.TIER_MISSES,
            Metric.BYTES_DEMOTED,
            Metric.DEMOTION_NANOS,
            Metric.BYTES_PROMOTED,
            Metric.PROMOTION_NANOS,
            Metric.DISK_BYTES_WRITTEN,
            Metric.DISK_WRITE_NANOS,
            Metric.DISK_BYTES_READ,
            Metric.DISK_READ_NANOS,
            Metric.TIER_DAMAGES,
            Metric.WRITE_BACK_FAILURES,
            Metric.EVICTED_WITHOUT_COPY);

    /** Of all that was counted, what is about tiers. */
    public static TierResult of(String sizes, Map<Metric, Long> all, double plainDownGibps, double plainUpGibps) {
        Map<Metric, Long> counts = new EnumMap<>(Metric.class);
        for (Metric metric : COUNTED) {
            counts.put(metric, all.getOrDefault(metric, 0L));
        }
        return new TierResult(sizes, counts, plainDownGibps, plainUpGibps);
    }

    private long count(Metric metric) {
        return counts.getOrDefault(metric, 0L);
    }

    /** While there was anything to move. */
    private double gibps(Metric bytes, Metric nanos) {
        long time = count(nanos);
        return time == 0 ? 0 : count(bytes) / GIB / time * TimeUnit.SECONDS.toNanos(1);
    }

    /** For people: titles and what to say. */
    public Map<String, String> describe() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("tiers", sizes);
        lines.put(
                "chunks found in",
                count(Metric.UPPER_TIER_HITS) + " the upper tier, " + count(Metric.HOST_TIER_HITS) + " host memory, "
                        + count(Metric.DISK_TIER_HITS) + " a file, " + count(Metric.TIER_MISSES) + " none; "
                        + count(Metric.TIER_DAMAGES) + " copies damaged, " + count(Metric.WRITE_BACK_FAILURES)
                        + " not made, " + count(Metric.EVICTED_WITHOUT_COPY) + " chunks lost");
        lines.put("to host memory", memory(Metric.BYTES_DEMOTED, Metric.DEMOTION_NANOS, plainDownGibps));
        lines.put("from host memory", memory(Metric.BYTES_PROMOTED, Metric.PROMOTION_NANOS, plainUpGibps));
        lines.put("to files", moved(Metric.DISK_BYTES_WRITTEN, Metric.DISK_WRITE_NANOS));
        lines.put("from files", moved(Metric.DISK_BYTES_READ, Metric.DISK_READ_NANOS));
        return lines;
    }

    private String memory(Metric bytes, Metric nanos, double plainGibps) {
        return moved(bytes, nanos)
                + String.format(
                        Locale.ROOT,
                        "; a plain copy %.2f GiB/s, this is %.2f of it",
                        plainGibps,
                        gibps(bytes, nanos) / plainGibps);
    }

    private String moved(Metric bytes, Metric nanos) {
        return String.format(Locale.ROOT, "%s at %.2f GiB/s", ByteSize.format(count(bytes)), gibps(bytes, nanos));
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sizes", sizes);
        for (Metric metric : COUNTED) {
            map.put(metric.label(), count(metric));
        }
        double down = gibps(Metric.BYTES_DEMOTED, Metric.DEMOTION_NANOS);
        double up = gibps(Metric.BYTES_PROMOTED, Metric.PROMOTION_NANOS);
        map.put("demotion_gib_per_second", down);
        map.put("promotion_gib_per_second", up);
        map.put("disk_write_gib_per_second", gibps(Metric.DISK_BYTES_WRITTEN, Metric.DISK_WRITE_NANOS));
        map.put("disk_read_gib_per_second", gibps(Metric.DISK_BYTES_READ, Metric.DISK_READ_NANOS));
        map.put("plain_demotion_gib_per_second", plainDownGibps);
        map.put("plain_promotion_gib_per_second", plainUpGibps);
        map.put("demotion_share", down / plainDownGibps);
        map.put("promotion_share", up / plainUpGibps);
        return map;
    }

    /**
     * What {@link #toMap} made.
     *
     * @throws IllegalArgumentException if something is missing
     */
    static TierResult of(Fields fields) {
        Map<Metric, Long> counts = new EnumMap<>(Metric.class);
        for (Metric metric : COUNTED) {
            counts.put(metric, fields.number(metric.label()).longValue());
        }
        return new TierResult(
                fields.text("sizes"),
                counts,
                fields.number("plain_demotion_gib_per_second").doubleValue(),
                fields.number("plain_promotion_gib_per_second").doubleValue());
    }
}
