// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.Alignment;

/**
 * How long the next part of a burst may be.
 *
 * <p>While a pipe starts, nothing overlaps: the first part is filled before anything is written, and written before
 * anything is read at the other side; while it ends, the same the other way round. Short parts there make both shorter. What
 * need not be filled, since it is written from where it is, begins with long parts.
 */
final class CutPolicy {
    private final long pageBytes;
    private final long minPartBytes;
    private int partsOfBurst;

    CutPolicy(long pageBytes, long minPartBytes) {
        this.pageBytes = pageBytes;
        this.minPartBytes = Math.min(pageBytes, Alignment.up(minPartBytes));
    }

    /** Nothing is under way: the next part begins a burst. */
    void burstEnded() {
        partsOfBurst = 0;
    }

    void partSealed() {
        partsOfBurst++;
    }

    /**
     * The most bytes for the next part.
     *
     * @param waitingBytes bytes that are known to follow, those of the next part included
     * @param toFill whether it has to be filled, or digested, before it can be written
     */
    long nextPartBytes(long waitingBytes, boolean toFill) {
        long ramp = !toFill || partsOfBurst >= 32 ? pageBytes : Math.min(pageBytes, minPartBytes << partsOfBurst);
        if (ramp < minPartBytes) {
            ramp = pageBytes; // the shift overflowed
        }
        if (waitingBytes >= 2 * ramp) {
            return ramp;
        }
        return Math.min(ramp, Math.max(minPartBytes, Alignment.up(waitingBytes / 2)));
    }
}
