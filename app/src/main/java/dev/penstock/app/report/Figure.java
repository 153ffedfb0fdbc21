// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import java.util.Locale;

/** What is timed in a round. */
public enum Figure {
    /** The sender's time as the original programs count it. */
    SENDER("sent"),
    /** From the first object's start until the receiver owns the last one, as the sender learns it. */
    DELIVERED("delivered"),
    /** The receiver's time, from the first byte that it sees until it owns the last object. */
    RECEIVER("received"),
    /** The receiver's time from its wish to have in its paged cache what it owns until all is there. */
    RETRIEVED("retrieved"),
    /** A simulated forward pass, with its waits for what it needed. */
    FORWARD("forward pass", false),
    /** Of a transfer, what the simulated forward pass did not hide: the time in which it waited, or which came after it. */
    EXPOSED("not hidden by it", false),
    /** The same transfer without a forward pass, the fastest of the warm-up rounds. */
    ALONE("without forward pass", true),
    /** The whole round, with the work that the two sides only pretend to have. */
    WALL("wall time"),
    /** Of the whole round, the time in which this side worked, or pretended to, and did not wait. */
    WORK("own work");

    private final String title;

    private final boolean rate;

    Figure(String title) {
        this(title, true);
    }

    Figure(String title, boolean rate) {
        this.title = title;
        this.rate = rate;
    }

    /** Whether payload over this time says how fast it was moved. */
    public boolean isRate() {
        return rate;
    }

    /** The title of its column. */
    public String title() {
        return title;
    }

    /** The name in JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
