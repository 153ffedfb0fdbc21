// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

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
 *   <li>a <em>pin</em> belongs to a key and keeps its object from eviction, but not from removal; a replacement inherits it;
 *   <li>a {@link Lease} belongs to an object and keeps its bytes, whatever happens to the key, until it ends;
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

    /** For each page how many of its references are of objects that may be evicted. */
    private final int[] evictableReferences;

    private final Predicate<StoredObject> helpsToFreeAPage = this::helpsToFreeAPage;

    private long usedBytes;
    private long detachedBytes;

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
     * the caller's. An older object of the same key is replaced: it can't be found any more, its leases go on, its pins are
     * the new object's, and to the policy the new object is one that just came.
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
        StoredObject object = new StoredObject(meta, where, pagesOf(meta, where), digest);
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
            object.pins = older.pins;
            detach(older);
            freeUnlessLeased(older);
        }
        object.indexed = true;
        index.put(meta.key(), object);
        usedBytes += object.lengthBytes();
        policy.added(object);
        mayHaveBecomeEvictable(object);
        return object;
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
     * How many keys from the first on have an object, up to the first that has none. Those are used, the last one first: of
     * a token sequence the end is then evicted before the beginning, without which it would be worthless.
     */
    public int prefix(List<String> keys) {
        int hits = 0;
        while (hits < keys.size() && index.containsKey(keys.get(hits))) {
            hits++;
        }
        touchBackwards(keys, hits);
        return hits;
    }

    /** Like {@link #prefix}, and {@linkplain #pin pins} the keys that it counts. */
    public int pinPrefix(List<String> keys) {
        int hits = prefix(keys);
        for (int i = 0; i < hits; i++) {
            pin(keys.get(i));
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
        Optional<Lease> lease = lease(key, nowNanos, leaseNanos);
        lease.ifPresent(held -> policy.touched(held.leased()));
        return lease;
    }

    /** {@link #get(String, long, long)} for each key; used are those that are there, the last one first. */
    public List<Optional<Lease>> get(List<String> keys, long nowNanos, long leaseNanos) {
        List<Optional<Lease>> found = new ArrayList<>(keys.size());
        for (String key : keys) {
            found.add(lease(key, nowNanos, leaseNanos));
        }
        touchBackwards(keys, keys.size());
        return found;
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
     * Keeps the key's object from eviction until {@link #unpin} was called as often as this, or the key is removed.
     *
     * @return whether there is such an object; if not, nothing is pinned
     */
    public boolean pin(String key) {
        StoredObject object = index.get(key);
        if (object == null) {
            return false;
        }
        isNoLongerEvictable(object);
        object.pins++;
        return true;
    }

    /**
     * Takes one pin away.
     *
     * @return whether there was one
     */
    public boolean unpin(String key) {
        StoredObject object = index.get(key);
        if (object == null || object.pins == 0) {
            return false;
        }
        object.pins--;
        mayHaveBecomeEvictable(object);
        return true;
    }

    /** {@link #unpin(String)} for each key. */
    public List<Boolean> unpin(List<String> keys) {
        List<Boolean> unpinned = new ArrayList<>(keys.size());
        for (String key : keys) {
            unpinned.add(unpin(key));
        }
        return unpinned;
    }

    /**
     * Removes an object, pinned or not. Its pages are let go of at once, or when its last lease ends.
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
        return true;
    }

    /** {@link #remove(String)} for each key. */
    public List<Boolean> remove(List<String> keys) {
        List<Boolean> removed = new ArrayList<>(keys.size());
        for (String key : keys) {
            removed.add(remove(key));
        }
        return removed;
    }

    /**
     * Removes all objects as {@link #remove(String)} does.
     *
     * @return how many there were
     */
    public int clear() {
        List<StoredObject> all = new ArrayList<>(index.values());
        for (StoredObject object : all) {
            detach(object);
            freeUnlessLeased(object);
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

    private Optional<Lease> lease(String key, long nowNanos, long leaseNanos) {
        if (leaseNanos <= 0 || leaseNanos > MAX_LEASE_NANOS) {
            throw new IllegalArgumentException("a lease of " + leaseNanos + " ns");
        }
        StoredObject object = index.get(key);
        if (object == null) {
            return Optional.empty();
        }
        isNoLongerEvictable(object);
        object.leases++;
        Lease lease = new Lease(this, object, nowNanos + leaseNanos);
        leases.add(lease);
        return Optional.of(lease);
    }

    private void touchBackwards(List<String> keys, int count) {
        for (int i = count - 1; i >= 0; i--) {
            StoredObject object = index.get(keys.get(i));
            if (object != null) {
                policy.touched(object);
            }
        }
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
        object.pins = 0;
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

    /** To be called before a pin, a lease or a removal keeps the object from eviction. */
    private void isNoLongerEvictable(StoredObject object) {
        if (object.isEvictable()) {
            for (int page : object.pages) {
                evictableReferences[page]--;
            }
        }
    }

    /** To be called after the object came, or lost a pin or a lease. */
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

    private int[] pagesOf(ObjectMeta meta, List<Span> pieces) {
        RingGeometry geometry = pool.geometry();
        long totalBytes = 0;
        int count = 0;
        for (Span piece : pieces) {
            if (!piece.region().equals(geometry.region())
                    || piece.lengthBytes() == 0
                    || piece.endBytes() > geometry.totalBytes()) {
                throw new IllegalArgumentException(
                        "object " + meta.key() + " has a piece that is empty or not in the pages: " + piece);
            }
            totalBytes += piece.lengthBytes();
            count += lastPage(geometry, piece) - firstPage(geometry, piece) + 1;
        }
        if (totalBytes != meta.lengthBytes()) {
            throw new IllegalArgumentException("object " + meta.key() + " of " + meta.lengthBytes()
                    + " bytes has pieces of " + totalBytes + " bytes");
        }
        int[] pages = new int[count];
        int next = 0;
        for (Span piece : pieces) {
            for (int page = firstPage(geometry, piece); page <= lastPage(geometry, piece); page++) {
                pages[next++] = page;
            }
        }
        Arrays.sort(pages);
        return withoutRepetitions(pages);
    }

    private static int firstPage(RingGeometry geometry, Span piece) {
        return (int) (piece.offsetBytes() / geometry.pageBytes());
    }

    private static int lastPage(RingGeometry geometry, Span piece) {
        return (int) ((piece.endBytes() - 1) / geometry.pageBytes());
    }

    private static int[] withoutRepetitions(int[] sorted) {
        int size = 0;
        for (int page : sorted) {
            if (size == 0 || sorted[size - 1] != page) {
                sorted[size++] = page;
            }
        }
        return size == sorted.length ? sorted : Arrays.copyOf(sorted, size);
    }
}
