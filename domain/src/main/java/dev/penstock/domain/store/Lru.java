// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gives up the object that was not used for the longest time. */
public final class Lru implements EvictionPolicy {
    static final String NAME = "lru";

    private final ColdToHot order = new ColdToHot();

    /** A policy for one store. */
    public Lru() {}

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
        order.remove(object);
        order.addHottest(object);
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
