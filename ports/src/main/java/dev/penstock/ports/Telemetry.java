// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/** Where the domain counts. Called on the loop's thread, in the hot path: implementations neither block nor allocate. */
@FunctionalInterface
public interface Telemetry {
    /** Counts nothing. */
    Telemetry NONE = (metric, delta) -> {};

    /** Adds {@code delta}, which is not negative, to {@code metric}. */
    void add(Metric metric, long delta);
}
