// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A list of objects, linked through the objects themselves: an object is in one such list at most. */
final class ColdToHot {
    private @Nullable StoredObject coldest;
    private @Nullable StoredObject hottest;

    boolean isEmpty() {
        return coldest == null;
    }

    void addHottest(StoredObject object) {
        object.colder = hottest;
        if (hottest == null) {
            coldest = object;
        } else {
            hottest.hotter = object;
        }
        hottest = object;
    }

    void remove(StoredObject object) {
        StoredObject colder = object.colder;
        StoredObject hotter = object.hotter;
        if (colder == null) {
            coldest = hotter;
        } else {
            colder.hotter = hotter;
        }
        if (hotter == null) {
            hottest = colder;
        } else {
            hotter.colder = colder;
        }
        object.colder = null;
        object.hotter = null;
    }

    /** The coldest object that may go, or null. */
    @Nullable
    StoredObject coldest(Predicate<StoredObject> mayGo) {
        StoredObject object = coldest;
        while (object != null && !mayGo.test(object)) {
            object = object.hotter;
        }
        return object;
    }
}
