// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Round trips that were made alike.
 *
 * @param name what they are
 * @param pauseNs from an answer to the next message
 * @param roundTripsNs how long each took
 * @param busyCores what both processes used of the machine's cores meanwhile, threads of the JVM's own included
 */
record Phase(String name, long pauseNs, Histogram roundTripsNs, double busyCores) {
    Map<String, Object> toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("pauseUs", TimeUnit.NANOSECONDS.toMicros(pauseNs));
        map.put("roundTrips", roundTripsNs.getTotalCount());
        map.put("p50Us", atPercentileUs(50));
        map.put("p99Us", atPercentileUs(99));
        map.put("p999Us", atPercentileUs(99.9));
        map.put("maxUs", toUs(roundTripsNs.getMaxValue()));
        map.put("busyCores", Math.round(busyCores * 100) / 100.0);
        return map;
    }

    double atPercentileUs(double percentile) {
        return toUs(roundTripsNs.getValueAtPercentile(percentile));
    }

    private static double toUs(long ns) {
        return Math.round(ns / 10.0) / 100.0;
    }
}
