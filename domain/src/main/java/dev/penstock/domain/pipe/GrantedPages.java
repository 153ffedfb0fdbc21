// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.Arrays;

/** The pages that a receiver lets its peer write: from the grant to the end of each, and beyond if the peer is lost. */
final class GrantedPages {
    private static final long NOT_GRANTED = -1;
    private static final int NO_PAGE = -1;
    private static final int[] NO_PAGES = {};

    private final PagePool pool;
    private final long pageBytes;
    /** For each page: where its next part must begin, or {@link #NOT_GRANTED}. */
    private final long[] expectedOffset;

    private int count;
    /** The page that the last part was in, unless it has ended. */
    private int current = NO_PAGE;

    private int[] quarantined = NO_PAGES;

    GrantedPages(PagePool pool) {
        this.pool = pool;
        this.pageBytes = pool.geometry().pageBytes();
        this.expectedOffset = new long[pool.geometry().pages()];
        Arrays.fill(expectedOffset, NOT_GRANTED);
    }

    /** How many pages are granted and have not ended. */
    int count() {
        return count;
    }

    /** Grants an empty page that is held once: that hold ends with the page. */
    void grant(int page) {
        expectedOffset[page] = 0;
        count++;
    }

    /**
     * The next part by sequence has been written.
     *
     * @throws KvTransferException of kind PROTOCOL if it was not allowed there
     */
    void partBegins(int page, long offset) {
        if (page != current && current != NO_PAGE) {
            endCurrent();
        }
        if (expectedOffset[page] == NOT_GRANTED) {
            throw protocol("page " + page + " was written without a credit");
        }
        if (expectedOffset[page] != offset) {
            throw protocol("page " + page + " was written at " + offset + " instead of " + expectedOffset[page]);
        }
        current = page;
    }

    /** The part reaches up to an offset, and perhaps says that its page ends. */
    void partEnds(long offset, boolean endsPage) {
        long next = Alignment.up(offset);
        if (endsPage || next == pageBytes) {
            endCurrent();
        } else {
            expectedOffset[current] = next;
        }
    }

    private void endCurrent() {
        int page = current;
        current = NO_PAGE;
        expectedOffset[page] = NOT_GRANTED;
        count--;
        pool.release(page);
    }

    private static KvTransferException protocol(String what) {
        return new KvTransferException(FailureKind.PROTOCOL, "take a part", what);
    }

    /**
     * The session is over. Lets go of all pages that have not ended.
     *
     * @param peerMayWrite whether the peer may still write them: then they are quarantined
     * @return how many pages were quarantined
     */
    int giveBack(boolean peerMayWrite) {
        int pages = 0;
        for (int page = 0; page < expectedOffset.length; page++) {
            if (expectedOffset[page] != NOT_GRANTED) {
                expectedOffset[page] = NOT_GRANTED;
                if (peerMayWrite) {
                    pool.quarantine(page);
                    quarantined = Arrays.copyOf(quarantined, pages + 1);
                    quarantined[pages++] = page;
                }
                pool.release(page);
            }
        }
        count = 0;
        return pages;
    }

    /** The pages that {@link #giveBack} quarantined and that are still suspect. */
    int[] quarantined() {
        return quarantined.clone();
    }

    /** The peer is known to write no more. */
    void liftQuarantine() {
        for (int page : quarantined) {
            pool.unquarantine(page);
        }
        quarantined = NO_PAGES;
    }
}
