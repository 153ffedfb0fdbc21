// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

/**
 * What a link did when it was measured.
 *
 * @param sharesMemory whether both sides reach the same memory: then nothing was written, and there is no throughput
 * @param bytes written, 0 where memory is shared
 * @param nanos from the first of these writes to the end of the last
 * @param roundTripNs the median time from a notification to its answer, as both sides' loops take turns
 */
public record LinkReport(boolean sharesMemory, long bytes, long nanos, long roundTripNs) {
    private static final double BYTES_PER_GIB = 1L << 30;
    private static final double NANOS_PER_SECOND = 1e9;

    /** GiB per second; infinite where memory is shared. */
    public double gibPerSecond() {
        return sharesMemory
                ? Double.POSITIVE_INFINITY
                : bytes / BYTES_PER_GIB / (Math.max(1, nanos) / NANOS_PER_SECOND);
    }
}
