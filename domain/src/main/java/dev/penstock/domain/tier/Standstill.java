// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

/** Notices that for long nothing has moved while something waits. */
final class Standstill {
    /**
     * So long something waits for room before it does without: others may be reading what is in the way, which takes
     * milliseconds; what takes longer is held for good.
     */
    private static final long PATIENCE_NANOS = 20_000_000;

    /** And so many steps: time passes too while the loop's thread waits for a core. */
    private static final int PATIENCE_STEPS = 50;

    private int steps;
    private long since;

    /**
     * To be asked in each step.
     *
     * @param stands whether something waits and nothing moves
     * @return whether that has been so for long; then it begins anew
     */
    boolean isLong(boolean stands, long nowNanos) {
        if (!stands) {
            steps = 0;
            return false;
        }
        if (steps++ == 0) {
            since = nowNanos;
        }
        if (steps < PATIENCE_STEPS || nowNanos - since < PATIENCE_NANOS) {
            return false;
        }
        steps = 0;
        return true;
    }
}
