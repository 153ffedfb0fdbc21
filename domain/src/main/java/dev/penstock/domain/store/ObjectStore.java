// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects in the pages in which they arrived, and finds them by key.
 *
 * <p>Room is counted in pages: an object holds one reference on each page that it has bytes in, small objects share pages,
 * and a page is free again when all its objects are gone and the receiver has let go of it. Objects that arrived together
 * in a page thus make room only together.
 *
 * <p>Three things keep an object from being evicted or its bytes from being overwritten:
 *
 * <ul>
 *   <li>a {@link Lease} belongs to an object and keeps its bytes, whatever happens to the key, until it ends;
 *   <li>a {@linkplain #guard guard} belongs to an object and keeps it from eviction, but not from removal or replacement;
 *   <li>a reference of someone else on the page keeps the page.
 * </ul>
 *
 * <p>A lookup costs one search in a hash map. A {@link String} remembers its hash, but one that was just read from the wire
 * has to compute it, which for keys of a usual length is most of the cost.
 *
 * <p>Not thread-safe; deterministic. Time comes in as arguments, in the terms of {@link dev.penstock.ports.Clock}.
 */
public final class ObjectStore {
    /** The longest lease, 146 years: so that deadlines stay comparable by their difference. */
    public static final long MAX_LEASE_NANOS = 1L << 62;

    private final PagePool pool;
    private final EvictionPolicy policy;
    private final Telemetry telemetry;
    private final Map<String, StoredObject> index = new HashMap<>();
    private final LeaseQueue leases = new LeaseQueue();
    private final List<EvictionListener> evictionListeners = new ArrayList<>();
    private final List<ContentListener> contentListeners = new ArrayList<>();

    /** For each page how many of its references are of objects that may be evicted. */
    private final int[] evictableReferences;

    private final Predicate<StoredObject> helpsToFreeAPage = this::helpsToFreeAPage;

    private long usedBytes;
    private long detachedBytes;
    private long guardedBytes;

    /**
     * An empty store.
     *
     * @param pool where the pages come from; others may take pages there too
     * @param policy the order of eviction, for this store alone
     * @param telemetry where evictions are counted
     */
    public ObjectStore(PagePool pool, EvictionPolicy policy, Telemetry telemetry) {
        this.pool = pool;
        this.policy = Objects.requireNonNull(policy, "policy");
        this.telemetry = Objects.requireNonNull(telemetry, "telemetry");
        this.evictableReferences = new int[pool.geometry().pages()];
    }

    /** Tells {@code listener} of all evictions from now on. */
    public void addEvictionListener(EvictionListener listener) {
        evictionListeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Tells {@code listener} of what comes and is removed from now on. */
    public void addContentListener(ContentListener listener) {
        contentListeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Takes a page to receive into, evicting objects in the policy's order until one is free. Objects whose eviction would
     * not bring a page closer to being free are left alone: those on quarantined pages, or next to an object that must
     * stay.
     *
     * @return a page with one reference that is the caller's to release, or {@link PagePool#NO_PAGE} if all pages are held
     *     by what can't be evicted; nothing was evicted then
     */
    public int takePage() {
        int page = pool.take();
        while (page == PagePool.NO_PAGE) {
            StoredObject victim = policy.victim(helpsToFreeAPage);
            if (victim == null) {
                return PagePool.NO_PAGE;
            }
            evict(victim);
            page = pool.take();
        }
        return page;
    }

    /**
     * Keeps an object where it is. The store adds its own reference to each page that the pieces are in; the caller's stay
     * the caller's. An older object of the same key is replaced: it can't be found any more, its leases go on, and to the
     * policy the new object is one that just came.
     *
     * @param meta what the object is
     * @param pieces where its bytes are, in their order, all in pages that are held now
     * @param digest the digest of the bytes
     * @throws IllegalArgumentException if the pieces are empty, don't make up the object's length, or are not in the pool's
     *     pages; nothing has changed then
     * @throws IllegalStateException if nobody holds one of the pages; nothing has changed then
     */
    public StoredObject put(ObjectMeta meta, List<Span> pieces, long digest) {
        List<Span> where = List.copyOf(pieces);
        StoredObject object = new StoredObject(meta, where, PiecePages.of(pool.geometry(), meta, where), digest);
        for (int page : object.pages) {
            if (pool.references(page) == 0) {
                throw new IllegalStateException(
                        "object " + meta.key() + " is in page " + page + ", which nobody holds");
            }
        }
        for (int page : object.pages) {
            pool.retain(page);
        }
        // Only now: the older object may be in the same pages.
        StoredObject older = index.get(meta.key());
        if (older != null) {
            detach(older);
            freeUnlessLeased(older);
        }
        object.indexed = true;
        index.put(meta.key(), object);
        usedBytes += object.lengthBytes();
        policy.added(object);
        mayHaveBecomeEvictable(object);
        for (ContentListener listener : contentListeners) {
            listener.added(object);
        }
        return object;
    }

    /** The object of that key, or null. To the policy this is no use of it. Its bytes are only there until the next call. */
    public @Nullable StoredObject find(String key) {
        return index.get(key);
    }

    /**
     * Uses an object.
     *
     * @return whether there is one of that key
     */
    public boolean touch(String key) {
        StoredObject object = index.get(key);
        if (object == null) {
            return false;
        }
        policy.touched(object);
        return true;
    }

    /**
     * Keeps an object from eviction, or lets it go again, beside leases: for whoever knows where else its bytes are.
     * A new object is not guarded. Does nothing for an object that is not in the store any more.
     */
    public void guard(StoredObject object, boolean guarded) {
        if (object.indexed && object.guarded != guarded) {
            isNoLongerEvictable(object);
            object.guarded = guarded;
            guardedBytes += guarded ? object.lengthBytes() : -object.lengthBytes();
            mayHaveBecomeEvictable(object);
        }
    }

    /**
     * The objects that would be given up first among those that are wanted, in the policy's order. Time grows with the number
     * of objects before the last of them.
     *
     * @param limit at most so many
     */
    public List<StoredObject> coldest(int limit, Predicate<StoredObject> wanted) {
        List<StoredObject> found = new ArrayList<>();
        policy.victim(object -> {
            boolean takes = wanted.test(object);
            if (takes) {
                found.add(object);
            }
            return takes && found.size() == limit;
        });
        return found;
    }

    /**
     * Gives up exactly this object, if it is still there, and not one that has replaced it; nobody is told. For bytes that
     * turned out to be of no use.
     *
     * @return whether it was there
     */
    public boolean discard(StoredObject object) {
        if (!object.indexed) {
            return false;
        }
        detach(object);
        freeUnlessLeased(object);
        return true;
    }

    /** Whether there is an object of that key. To the policy this is no use of it. */
    public boolean contains(String key) {
        return index.containsKey(key);
    }

    /** {@link #contains(String)} for each key. */
    public List<Boolean> contains(List<String> keys) {
        List<Boolean> hits = new ArrayList<>(keys.size());
        for (String key : keys) {
            hits.add(contains(key));
        }
        return hits;
    }

    /**
     * Finds an object and keeps its bytes from being overwritten for a time. This is a use of it.
     *
     * @param key the key
     * @param nowNanos the time
     * @param leaseNanos how long the lease lasts if it isn't released, 1 to {@link #MAX_LEASE_NANOS}
     * @return empty if there is no object of that key
     * @throws IllegalArgumentException if {@code leaseNanos} is out of range
     */
    public Optional<Lease> get(String key, long nowNanos, long leaseNanos) {
        Optional<Lease> lease = leaseOf(key, nowNanos, leaseNanos);
        lease.ifPresent(held -> policy.touched(held.leased()));
        return lease;
    }

    /**
     * Keeps an object's bytes from being overwritten until the lease is released. To the policy this is no use of it.
     *
     * @throws IllegalStateException if it is not in the store any more
     */
    public Lease lease(StoredObject object, long nowNanos) {
        if (!object.indexed) {
            throw new IllegalStateException(object + " is not in the store any more");
        }
        return added(object, nowNanos + MAX_LEASE_NANOS);
    }

    /**
     * Ends the leases whose deadline is {@code nowNanos} or earlier.
     *
     * @return how many that were
     */
    public int expire(long nowNanos) {
        int expired = 0;
        Lease first = leases.first();
        while (first != null && first.deadlineNanos() - nowNanos <= 0) {
            release(first);
            expired++;
            first = leases.first();
        }
        return expired;
    }

    /**
     * Removes an object, guarded or not. Its pages are let go of at once, or when its last lease ends.
     *
     * @return whether there was one
     */
    public boolean remove(String key) {
        StoredObject object = index.get(key);
        if (object == null) {
            return false;
        }
        detach(object);
        freeUnlessLeased(object);
        for (ContentListener listener : contentListeners) {
            listener.removed(object);
        }
        return true;
    }

    /**
     * Removes all objects as {@link #remove(String)} does.
     *
     * @return how many there were
     */
    public int clear() {
        List<StoredObject> all = new ArrayList<>(index.values());
        for (StoredObject object : all) {
            remove(object.key());
        }
        return all.size();
    }

    /** How many objects can be found. */
    public int size() {
        return index.size();
    }

    /** The objects that can be found, in no order; a view that ends with the store's next change. */
    public Iterable<StoredObject> objects() {
        return Collections.unmodifiableCollection(index.values());
    }

    /** Bytes of all pages of the pool. */
    public long capacityBytes() {
        return pool.geometry().totalBytes();
    }

    /** Bytes of the objects that can be found; the rest of their pages doesn't count. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Bytes of objects that can't be found any more but are still leased. */
    public long detachedBytes() {
        return detachedBytes;
    }

    /** Bytes of the objects that are {@linkplain #guard guarded}. */
    public long guardedBytes() {
        return guardedBytes;
    }

    /** How many leases are active. */
    public int activeLeases() {
        return leases.size();
    }

    void release(Lease lease) {
        leases.remove(lease);
        StoredObject object = lease.leased();
        object.leases--;
        if (object.indexed) {
            mayHaveBecomeEvictable(object);
        } else if (object.leases == 0) {
            detachedBytes -= object.lengthBytes();
            releasePages(object);
        }
    }

    private Optional<Lease> leaseOf(String key, long nowNanos, long leaseNanos) {
        if (leaseNanos <= 0 || leaseNanos > MAX_LEASE_NANOS) {
            throw new IllegalArgumentException("a lease of " + leaseNanos + " ns");
        }
        StoredObject object = index.get(key);
        return object == null ? Optional.empty() : Optional.of(added(object, nowNanos + leaseNanos));
    }

    private Lease added(StoredObject object, long deadlineNanos) {
        isNoLongerEvictable(object);
        object.leases++;
        Lease lease = new Lease(this, object, deadlineNanos);
        leases.add(lease);
        return lease;
    }

    private void evict(StoredObject victim) {
        detach(victim);
        telemetry.add(Metric.OBJECTS_EVICTED, 1);
        try {
            for (EvictionListener listener : evictionListeners) {
                listener.evicted(victim);
            }
        } finally {
            releasePages(victim);
        }
    }

    private void detach(StoredObject object) {
        isNoLongerEvictable(object);
        object.indexed = false;
        if (object.guarded) {
            object.guarded = false;
            guardedBytes -= object.lengthBytes();
        }
        index.remove(object.key());
        policy.removed(object);
        usedBytes -= object.lengthBytes();
    }

    private void freeUnlessLeased(StoredObject detached) {
        if (detached.leases == 0) {
            releasePages(detached);
        } else {
            detachedBytes += detached.lengthBytes();
        }
    }

    private void releasePages(StoredObject object) {
        for (int page : object.pages) {
            pool.release(page);
        }
    }

    /** To be called before a guard, a lease or a removal keeps the object from eviction. */
    private void isNoLongerEvictable(StoredObject object) {
        if (object.isEvictable()) {
            for (int page : object.pages) {
                evictableReferences[page]--;
            }
        }
    }

    /** To be called after the object came, or lost a guard or a lease. */
    private void mayHaveBecomeEvictable(StoredObject object) {
        if (object.isEvictable()) {
            for (int page : object.pages) {
                evictableReferences[page]++;
            }
        }
    }

    private boolean helpsToFreeAPage(StoredObject object) {
        if (!object.isEvictable()) {
            return false;
        }
        for (int page : object.pages) {
            if (evictableReferences[page] == pool.references(page) && !pool.isQuarantined(page)) {
                return true;
            }
        }
        return false;
    }
}
