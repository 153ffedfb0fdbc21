// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.PartEntry;
import java.util.Arrays;

/** A part that took effect: its pieces, on their way to their places. Reused. */
final class ArrivedPart {
    final ArrivingObject[] object = new ArrivingObject[PartEntry.MAX_ENTRIES];
    final long[] pieceOffset = new long[PartEntry.MAX_ENTRIES];
    final long[] pieceBytes = new long[PartEntry.MAX_ENTRIES];
    long sequence;
    int page;
    int entries;
    /** Entries before this one have been placed. */
    int cursor;
    /** Requests that the memory has not completed. */
    int pendingBatches;
    /** The number of the last object that ends here, or 0. */
    long lastEnding;
    /** The part holds its page until its pieces are moved. */
    boolean holdsPage;

    boolean moved() {
        return cursor == entries && pendingBatches == 0;
    }

    void clear() {
        Arrays.fill(object, 0, entries, null);
        entries = 0;
        cursor = 0;
        lastEnding = 0;
    }
}
