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
    /** The whole round, with the work that the two sides only pretend to have. */
    WALL("wall time"),
    /** Of the whole round, the time in which this side worked, or pretended to, and did not wait. */
    WORK("own work");

    private final String title;

    Figure(String title) {
        this.title = title;
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
