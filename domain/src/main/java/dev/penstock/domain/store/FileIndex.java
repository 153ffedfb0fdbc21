// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.ObjectMeta;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which objects are in files, and in which order they are given up. It knows nothing of the files: its objects have no
 * pieces. Not thread-safe; deterministic.
 */
public final class FileIndex {
    private final EvictionPolicy policy;
    private final Map<String, StoredObject> index = new HashMap<>();
    private long usedBytes;

    /** An empty index with an order of its own. */
    public FileIndex(EvictionPolicy policy) {
        this.policy = policy;
    }

    /**
     * Adds an object.
     *
     * @throws IllegalStateException if there is one of its key
     */
    public StoredObject add(ObjectMeta meta, long digest) {
        if (index.containsKey(meta.key())) {
            throw new IllegalStateException(meta.key() + " is in a file already");
        }
        StoredObject object = new StoredObject(meta, List.of(), new int[0], digest);
        object.indexed = true;
        index.put(meta.key(), object);
        usedBytes += object.lengthBytes();
        policy.added(object);
        return object;
    }

    /** The object of that key, or null. This is no use of it. */
    public @Nullable StoredObject find(String key) {
        return index.get(key);
    }

    /** Uses an object, if there is one of that key. */
    public void touch(String key) {
        StoredObject object = index.get(key);
        if (object != null) {
            policy.touched(object);
        }
    }

    /** Keeps an object of this index from {@link #victim}, or lets it go again. */
    public void guard(StoredObject object, boolean guarded) {
        object.guarded = guarded;
    }

    /** An object's file is being read: it is no victim until {@link #readEnded}. */
    public void readBegan(StoredObject object) {
        object.leases++;
    }

    /** A read has ended. */
    public void readEnded(StoredObject object) {
        object.leases--;
    }

    /** Whether an object's file is being read. */
    public boolean isBeingRead(StoredObject object) {
        return object.leases > 0;
    }

    /** The object that should go first, or null if none may. */
    public @Nullable StoredObject victim() {
        return policy.victim(StoredObject::isEvictable);
    }

    /** Takes an object out that is in. */
    public void remove(StoredObject object) {
        index.remove(object.key());
        object.indexed = false;
        usedBytes -= object.lengthBytes();
        policy.removed(object);
    }

    /** Bytes of all objects. */
    public long usedBytes() {
        return usedBytes;
    }

    /** The objects, in no order; a view that ends with the next change. */
    public Iterable<StoredObject> objects() {
        return Collections.unmodifiableCollection(index.values());
    }
}
