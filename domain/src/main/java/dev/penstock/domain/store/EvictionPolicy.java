// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which a store gives up objects. One policy belongs to one store, which tells it of every object that comes,
 * is used and goes. The methods don't call back into the store. Apart from {@link #victim} they take constant time and
 * leave no garbage: what they allocate, if anything, they keep and use again.
 */
public interface EvictionPolicy {
    /** The name on the command line. */
    String name();

    /** The object came into the store. */
    void added(StoredObject object);

    /** The object was used. */
    void touched(StoredObject object);

    /** The object left the store, evicted or otherwise. */
    void removed(StoredObject object);

    /**
     * The object that should go first among those that may go. It stays where it is until {@link #removed} is called. Time
     * grows with the number of objects before it in the order that may not go.
     *
     * @return null if none may go
     */
    @Nullable
    StoredObject victim(Predicate<StoredObject> mayGo);
}
