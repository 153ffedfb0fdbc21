// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

/** Told what comes into a store and what its users take out; evictions are for {@link EvictionListener}s. Must not throw. */
public interface ContentListener {
    /** The object can be found, in place of an older one of its key if there was one. It may be guarded, not more. */
    void added(StoredObject object);

    /** The object was removed by its key. */
    void removed(StoredObject object);
}
