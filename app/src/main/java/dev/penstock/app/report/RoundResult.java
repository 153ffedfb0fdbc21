// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.app.run.ByteSize;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What one role measured in one round.
 *
 * @param round 1 for the first one that counts; less for a warm-up
 * @param bytes payload bytes that this role moved
 * @param nanos the times
 */
public record RoundResult(int round, long bytes, Map<Figure, Long> nanos) {
    private static final double GIB = 1L << 30;
    private static final double NANOS = 1e9;

    /** Copies the map. */
    public RoundResult {
        Map<Figure, Long> copy = new EnumMap<>(Figure.class);
        copy.putAll(nanos);
        nanos = Collections.unmodifiableMap(copy);
    }

    /** Seconds of a figure that is there. */
    public double seconds(Figure figure) {
        return nanos.getOrDefault(figure, 0L) / NANOS;
    }

    /** Throughput of a figure that is there. */
    public double gibPerSecond(Figure figure) {
        return bytes / GIB / Math.max(seconds(figure), 1 / NANOS);
    }

    /** What a round is called. */
    public static String name(int round) {
        return round <= 0 ? "warm-up" : "round " + round;
    }

    /** For people. */
    public String describe() {
        StringJoiner figures = new StringJoiner(", ");
        for (Figure figure : nanos.keySet()) {
            figures.add(
                    figure.isRate()
                            ? String.format(
                                    Locale.ROOT,
                                    "%s %.2f GiB/s (%.3f s)",
                                    figure.title(),
                                    gibPerSecond(figure),
                                    seconds(figure))
                            : String.format(Locale.ROOT, "%s %.4f s", figure.title(), seconds(figure)));
        }
        return name(round) + ": " + ByteSize.format(bytes) + ", " + figures;
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("round", round);
        map.put("bytes", bytes);
        for (Map.Entry<Figure, Long> entry : nanos.entrySet()) {
            Figure figure = entry.getKey();
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("nanos", entry.getValue());
            values.put("seconds", seconds(figure));
            if (figure.isRate()) {
                values.put("gib_per_second", gibPerSecond(figure));
            }
            map.put(figure.label(), values);
        }
        return map;
    }

    /** What {@link #toMap} made, as another process of this program sent it. */
    public static RoundResult fromMap(Map<String, Object> map) {
        Fields fields = new Fields(map);
        Map<Figure, Long> nanos = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            fields.object(figure.label())
                    .ifPresent(
                            values -> nanos.put(figure, values.number("nanos").longValue()));
        }
        return new RoundResult(
                fields.number("round").intValue(), fields.number("bytes").longValue(), nanos);
    }
}
