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
    /** With so many of the shortest parts to come, time at the start of a burst is no longer what counts most. */
    private static final int MANY_PARTS = 4;

    private final long pageBytes;
    private final long minPartBytes;
    /** Of the burst, so far. */
    private long longestPartBytes;

    CutPolicy(long pageBytes, long minPartBytes) {
        this.pageBytes = pageBytes;
        this.minPartBytes = Math.min(pageBytes, Alignment.up(minPartBytes));
    }

    /** Nothing is under way: the next part begins a burst. */
    void burstEnded() {
        longestPartBytes = 0;
    }

    void partSealed(long bytes) {
        longestPartBytes = Math.max(longestPartBytes, bytes);
    }

    /**
     * The most bytes for the next part.
     *
     * @param waitingBytes bytes that are known to follow, those of the next part included
     * @param growing whether others seem to follow them, so that the end of the burst is not known yet
     * @param toFill whether it has to be filled, or digested, before it can be written
     */
    long nextPartBytes(long waitingBytes, boolean growing, boolean toFill) {
        long most = toFill ? Math.min(pageBytes, longestInTime(waitingBytes)) : pageBytes;
        if (growing || waitingBytes >= 2 * most) {
            return most;
        }
        return Math.min(most, Math.max(minPartBytes, Alignment.up(waitingBytes / 2)));
    }

    /** How long a part may be that is filled while what comes before it is written. */
    private long longestInTime(long waitingBytes) {
        if (longestPartBytes > 0) {
            // A page's end may have cut the last one short.
            return Math.max(minPartBytes, Alignment.up(2 * longestPartBytes));
        }
        // While the first one is written, the second one has to be filled and posted.
        return waitingBytes >= MANY_PARTS * minPartBytes ? Alignment.up(3 * minPartBytes / 2) : minPartBytes;
    }
}
