// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands out the names of one node's regions, each once. A node with several memories gives all of them the same source, so
 * that a name means one region wherever it is. Any thread may call.
 */
public final class RegionIds {
    private final AtomicInteger last = new AtomicInteger();

    /** The first name is 1. */
    public RegionIds() {}

    /**
     * A name that was not handed out before.
     *
     * @throws ArithmeticException when all 2^31 - 1 names are used up
     */
    public RegionId next() {
        return new RegionId(last.updateAndGet(Math::incrementExact));
    }
}
