// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import java.util.List;
import java.util.function.Consumer;

/**
 * Some keys whose objects are kept from being lost, in whichever tier each is and whatever object the key has, until this is
 * run, or its time is over if it has one. One without an end is a pin.
 *
 * <p>Belongs to the store's thread.
 */
public final class Hold implements Runnable {
    final List<String> keys;
    final long deadlineNanos;
    /** Which of two with one deadline is the older one. */
    final long number;

    private final Consumer<Hold> ended;
    private boolean active = true;

    Hold(List<String> keys, long deadlineNanos, long number, Consumer<Hold> ended) {
        this.keys = keys;
        this.deadlineNanos = deadlineNanos;
        this.number = number;
        this.ended = ended;
    }

    /** Whether the keys are still held by this. */
    public boolean isActive() {
        return active;
    }

    /** Ends it. Does nothing if it has ended. */
    @Override
    public void run() {
        if (active) {
            active = false;
            ended.accept(this);
        }
    }
}
