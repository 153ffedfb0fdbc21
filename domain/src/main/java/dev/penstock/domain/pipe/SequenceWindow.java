// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.BitSet;

/** Remembers which sequence numbers were seen, so that each message takes effect once whatever the order of arrival. */
final class SequenceWindow {
    /** How far a sequence may be ahead of the lowest one that is missing. */
    static final int SPAN = 1024;

    private final BitSet seen = new BitSet(SPAN);
    private long lowest = 1;

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
        if (sequence <= 0 || sequence >= lowest + SPAN) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "take a notification",
                    "sequence " + sequence + " is not within " + SPAN + " of " + lowest);
        }
        int bit = (int) (sequence % SPAN);
        if (sequence < lowest || seen.get(bit)) {
            return false;
        }
        seen.set(bit);
        while (seen.get((int) (lowest % SPAN))) {
            seen.clear((int) (lowest % SPAN));
            lowest++;
        }
        return true;
    }
}
