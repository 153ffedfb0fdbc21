// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.BitSet;

/** Remembers which sequence numbers were seen, so that each message takes effect once whatever the order of arrival. */
final class SequenceWindow {
    /** The span for parts: so many may be sent and not consumed. */
    static final int PARTS = 1024;
    /**
     * The span for credits. While one is missing, the sender sends no more than {@link #PARTS} parts; each credit behind it
     * tells of the consumption of one of them, or of its rejections, or grants a page that one of them ended, or one of the
     * at most {@link #PARTS} pages that may be granted at a time.
     */
    static final int CREDITS = 4 * PARTS;

    private final int span;
    private final BitSet seen;
    private long lowest = 1;

    /** A window that lets a sequence be less than {@code span} ahead of the lowest one that is missing. */
    SequenceWindow(int span) {
        this.span = span;
        this.seen = new BitSet(span);
    }

    /** The lowest sequence that was not seen. */
    long lowestMissing() {
        return lowest;
    }

    /**
     * Marks a sequence.
     *
     * @return whether it was new
     * @throws KvTransferException of kind PROTOCOL if it is not positive or too far ahead
     */
    boolean add(long sequence) {
        if (sequence <= 0 || sequence >= lowest + span) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "take a notification",
                    "sequence " + sequence + " is not within " + span + " of " + lowest);
        }
        int bit = (int) (sequence % span);
        if (sequence < lowest || seen.get(bit)) {
            return false;
        }
        seen.set(bit);
        while (seen.get((int) (lowest % span))) {
            seen.clear((int) (lowest % span));
            lowest++;
        }
        return true;
    }
}
