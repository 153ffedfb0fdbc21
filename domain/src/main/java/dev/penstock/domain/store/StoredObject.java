// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.memory.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object in an {@link ObjectStore}: what it is, and where its bytes are. The bytes may be read while a {@link Lease} on
 * it is active; without one, only until the store's next call. Identity matters: an object that replaces another of the
 * same key is a new one.
 */
public final class StoredObject {
    private final ObjectMeta meta;
    private final List<Span> pieces;
    private final long digest;
    /** The pages that the pieces are in, each once. */
    final int[] pages;

    /** In the store's index, as opposed to removed and perhaps still leased. */
    boolean indexed;

    int leases;
    boolean guarded;
    private boolean refusedBelow;

    // The links of the policy that orders the object: in the object, so that a touch allocates nothing.
    @Nullable
    StoredObject colder;

    @Nullable
    StoredObject hotter;

    Lfu.@Nullable Bucket bucket;

    StoredObject(ObjectMeta meta, List<Span> pieces, int[] pages, long digest) {
        this.meta = meta;
        this.pieces = pieces;
        this.pages = pages;
        this.digest = digest;
    }

    /** What the object is. */
    public ObjectMeta meta() {
        return meta;
    }

    /** The object's key. */
    public String key() {
        return meta.key();
    }

    /** Where the bytes are, in their order. */
    public List<Span> pieces() {
        return pieces;
    }

    /** The digest of the bytes, as they arrived. */
    public long digest() {
        return digest;
    }

    /** How many bytes there are. */
    public long lengthBytes() {
        return meta.lengthBytes();
    }

    /** Whether it is {@linkplain ObjectStore#guard kept from eviction}. */
    public boolean isGuarded() {
        return guarded;
    }

    /** Whether it can be found in its store: it was not evicted, removed or replaced. */
    public boolean isStored() {
        return indexed;
    }

    /** Remembers that the tier below does not take a copy of it. */
    public void refusedBelow() {
        refusedBelow = true;
    }

    /** The tier below may take a copy of it after all. */
    public void forgetRefusal() {
        refusedBelow = false;
    }

    /** Whether the tier below does not take a copy of it. */
    public boolean isRefusedBelow() {
        return refusedBelow;
    }

    /** Whether the other one is of the same key, kind and bytes, as far as digests tell. */
    public boolean isCopyOf(StoredObject other) {
        return digest == other.digest && meta.equals(other.meta);
    }

    /** Whether no lease keeps it. */
    public boolean isUnused() {
        return leases == 0;
    }

    boolean isEvictable() {
        return indexed && isUnused() && !guarded;
    }

    @Override
    public String toString() {
        return meta.key() + " (" + lengthBytes() + " bytes)";
    }
}
