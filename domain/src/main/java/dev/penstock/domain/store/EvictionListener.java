// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

/** Told when a store gives up an object to make room. Must not throw, and must not change the store. */
@FunctionalInterface
public interface EvictionListener {
    /**
     * The object can't be found any more. Its bytes are still there during this call, but not after it.
     *
     * @param object what was given up
     */
    void evicted(StoredObject object);
}
