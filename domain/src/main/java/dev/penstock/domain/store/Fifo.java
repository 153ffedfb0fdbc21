// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gives up the object that came first, whether it is used or not. */
public final class Fifo implements EvictionPolicy {
    static final String NAME = "fifo";

    private final ColdToHot order = new ColdToHot();

    /** A policy for one store. */
    public Fifo() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void added(StoredObject object) {
        order.addHottest(object);
    }

    @Override
    public void touched(StoredObject object) {
        // Use doesn't count.
    }

    @Override
    public void removed(StoredObject object) {
        order.remove(object);
    }

    @Override
    public @Nullable StoredObject victim(Predicate<StoredObject> mayGo) {
        return order.coldest(mayGo);
    }
}
