// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is said of several measurements of the same thing.
 *
 * @param count how many there are
 * @param mean their mean
 * @param deviation their standard deviation, as of a sample; 0 for a single one
 * @param min the smallest
 * @param max the largest
 * @param p50 the median: the smallest that at least half of them do not exceed
 * @param p99 the smallest that at least 99% of them do not exceed
 */
public record Statistics(int count, double mean, double deviation, double min, double max, double p50, double p99) {
    /** Of at least one measurement. */
    public static Statistics of(Collection<Double> measurements) {
        double[] sorted =
                measurements.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no measurements");
        }
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double squares = Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).sum();
        double deviation = sorted.length == 1 ? 0 : Math.sqrt(squares / (sorted.length - 1));
        return new Statistics(
                sorted.length,
                mean,
                deviation,
                sorted[0],
                sorted[sorted.length - 1],
                quantile(sorted, 0.50),
                quantile(sorted, 0.99));
    }

    private static double quantile(double[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(1, rank) - 1];
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("count", count);
        map.put("mean", mean);
        map.put("standard_deviation", deviation);
        map.put("min", min);
        map.put("max", max);
        map.put("p50", p50);
        map.put("p99", p99);
        return map;
    }
}
