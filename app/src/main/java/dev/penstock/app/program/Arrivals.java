// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.ports.control.NodeId;
import java.util.Optional;

/** What has come from one sender. Any thread may ask. */
public interface Arrivals {
    /** Who sends. */
    NodeId sender();

    /** How many objects of that round this side owns. */
    long ownedOf(int round);

    /** When the first object of the last round began to arrive, as {@link System#nanoTime} tells it. */
    long firstAt();

    /** When the last object of the last whole round was owned. */
    long lastAt();

    /** What came that should not have come. */
    Optional<String> deviation();
}
