// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/** Where the domain counts. Called on the loop's thread, in the hot path: implementations neither block nor allocate. */
@FunctionalInterface
public interface Telemetry {
    /** Counts nothing. */
    Telemetry NONE = (metric, delta) -> {};

    /** Adds {@code delta}, which is not negative, to {@code metric}. */
    void add(Metric metric, long delta);

    /**
     * A part has come to a stage of its way. Told for each part, so an implementation that keeps them must be bounded.
     *
     * @param epoch the session's
     * @param sequence the part's number in its session
     * @param bytes its length; 0 where that is not known
     */
    default void part(PartStage stage, long epoch, long sequence, long bytes) {}
}
