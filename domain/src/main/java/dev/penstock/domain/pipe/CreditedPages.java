// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.Objects;

/** A sender's credits: the pages that it may begin, in the order in which they were granted. Every page is in it once at most. */
final class CreditedPages {
    private final int[] waiting;
    /** Granted, and not ended since. */
    private final boolean[] held;

    private int head;
    private int count;

    CreditedPages(int pages) {
        waiting = new int[pages];
        held = new boolean[pages];
    }

    /**
     * The receiver grants a page.
     *
     * @throws KvTransferException of kind PROTOCOL if it has done so already
     */
    void grant(int page) {
        if (held[page]) {
            throw new KvTransferException(FailureKind.PROTOCOL, "take a credit", "page " + page + " is granted twice");
        }
        held[page] = true;
        waiting[(head + count) % waiting.length] = page;
        count++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** How many pages may be begun. */
    int count() {
        return count;
    }

    /** A page that may be begun, the next one first. */
    int waiting(int index) {
        return waiting[(head + Objects.checkIndex(index, count)) % waiting.length];
    }

    /** The page to begin next. */
    int next() {
        return waiting[head];
    }

    /** The next page is begun. */
    void begin() {
        head = (head + 1) % waiting.length;
        count--;
    }

    /** A page that was begun is written no more. */
    void end(int page) {
        held[page] = false;
    }
}
