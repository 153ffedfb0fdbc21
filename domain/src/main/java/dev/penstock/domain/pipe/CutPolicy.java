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
     * @param toFill whether it has to be filled, or digested, before it can be written
     */
    long nextPartBytes(long waitingBytes, boolean toFill) {
        // Not more than twice what is written meanwhile: it would not be filled in time. A page's end may have cut that
        // short.
        long most =
                toFill ? Math.min(pageBytes, Math.max(minPartBytes, Alignment.up(2 * longestPartBytes))) : pageBytes;
        if (waitingBytes >= 2 * most) {
            return most;
        }
        return Math.min(most, Math.max(minPartBytes, Alignment.up(waitingBytes / 2)));
    }
}
