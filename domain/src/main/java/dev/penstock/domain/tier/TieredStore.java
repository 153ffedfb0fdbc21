// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.ContentListener;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.PageFiller;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose objects may be in several tiers: the upper one, in whose pages they arrive; host memory below it; files below
 * that. Who asks by key does not see where an object is.
 *
 * <p>Objects are copied down while they are cold, and are in several tiers then. Evicted is first what has a copy below. Who
 * waits for a page waits for such a copy, and goes without only where there can be none. What the lower tiers give back has
 * been checked against its digest: damage is a miss.
 *
 * <p>To hold a key is to keep its object from being lost, in whichever tier it is.
 *
 * <p>Methods belong to the loop's thread and never block. What is put must have its digest.
 */
public final class TieredStore {
    /** Of a tier, one part in so many may be filled ahead of the gets by one lookup. */
    private static final int PREFETCH_PART = 4;

    private final StoreTier upper;
    private final PageFiller filler;
    private final Holds holds;
    private final Clock clock;
    private final Telemetry telemetry;
    private final @Nullable LowerTiers lower;

    /** A store of one tier. */
    public TieredStore(StoreTier upper, Clock clock, Telemetry telemetry) {
        this.upper = upper;
        this.filler = new PageFiller(upper.pool(), this::takePage);
        this.clock = clock;
        this.telemetry = telemetry;
        this.lower = null;
        this.holds = new Holds(this::guardAlone);
        upper.store().addContentListener(new ContentListener() {
            @Override
            public void added(StoredObject object) {
                guardAlone(object.key());
            }

            @Override
            public void removed(StoredObject object) {}
        });
    }

    /**
     * A store of two or three tiers.
     *
     * @param host the second tier, over host memory of {@code memory}; with pages as long as the upper tier's, and no other
     *     users
     * @param files the third tier
     * @param memory has the regions of both pools, and is polled by its owner
     */
    public TieredStore(
            StoreTier upper,
            StoreTier host,
            Optional<FileTier> files,
            Memory memory,
            Clock clock,
            Telemetry telemetry) {
        if (host.pool().geometry().pageBytes() != upper.pool().geometry().pageBytes()) {
            throw new IllegalArgumentException(
                    "pages of " + upper.pool().geometry().pageBytes() + " and of "
                            + host.pool().geometry().pageBytes() + " bytes: what fits one tier may not fit the other");
        }
        this.upper = upper;
        this.filler = new PageFiller(upper.pool(), this::takePage);
        this.clock = clock;
        this.telemetry = telemetry;
        this.holds = new Holds(this::reguard);
        this.lower = new LowerTiers(upper, filler, host, files, memory, holds::isHeld, clock, telemetry);
    }

    private void guardAlone(String key) {
        StoredObject object = upper.store().find(key);
        if (object != null) {
            upper.store().guard(object, holds.isHeld(key));
        }
    }

    private void reguard(String key) {
        if (lower != null) {
            lower.reguard(key);
        }
    }

    /** Goes on with what is under way. Returns how much was done. */
    public int step() {
        long now = clock.nanoTime();
        int work = upper.store().expire(now) + holds.expire(now);
        return lower == null ? work : work + lower.step();
    }

    /**
     * Takes a page of the upper tier to receive into, as {@link ObjectStore#takePage}. While objects are being copied down
     * the answer may be {@link PagePool#NO_PAGE}: ask again after a step.
     */
    public int takePage() {
        int page = upper.store().takePage();
        if (lower != null) {
            lower.press(page == PagePool.NO_PAGE);
        }
        return page;
    }

    /** {@link PageFiller#take} of the upper tier. */
    public PageFiller.@Nullable Place place(long lengthBytes, long granularity) {
        return filler.take(lengthBytes, granularity);
    }

    /** Whether, after {@link #place} has found no room, there may be some after some steps. */
    public boolean mayMakeRoom() {
        return lower != null && lower.mayMakeRoom();
    }

    /** The bytes of a page of the upper tier. */
    public long pageBytes() {
        return upper.pool().geometry().pageBytes();
    }

    /** The bytes of all pages of the upper tier. */
    public long capacityBytes() {
        return upper.store().capacityBytes();
    }

    /** {@link ObjectStore#put} into the upper tier. Copies below of an older object of the key are gone. */
    public void put(ObjectMeta meta, List<Span> pieces, long digest) {
        upper.store().put(meta, pieces, digest);
    }

    /** Whether there is an object of that key in a tier. */
    public boolean contains(String key) {
        return upper.store().contains(key) || (lower != null && lower.contains(key));
    }

    /** How many keys from the first on have an object, up to the first that has none. To the policies this is no use of them. */
    public int prefix(List<String> keys) {
        int hits = 0;
        while (hits < keys.size() && contains(keys.get(hits))) {
            hits++;
        }
        return hits;
    }

    /** Uses keys, the last one first: of a token sequence the end is then evicted before the beginning. */
    public void touch(List<String> keys) {
        for (int i = keys.size() - 1; i >= 0; i--) {
            upper.store().touch(keys.get(i));
            if (lower != null) {
                lower.touch(keys.get(i));
            }
        }
    }

    /**
     * Keeps the objects of keys from being lost by eviction, in whichever tier each is.
     *
     * @param leaseNanos for how long, positive; {@link ObjectStore#MAX_LEASE_NANOS} for as long as it takes
     * @return ends it
     */
    public Hold hold(List<String> keys, long leaseNanos) {
        return holds.add(keys, clock.nanoTime(), leaseNanos);
    }

    /** How many keys are held. */
    public int heldKeys() {
        return holds.size();
    }

    /** How long the object of a key is; 0 if there is none. */
    public long lengthBytes(String key) {
        StoredObject object = upper.store().find(key);
        if (object != null) {
            return object.lengthBytes();
        }
        return lower == null ? 0 : lower.lengthBytes(key);
    }

    /**
     * Begins to bring the first of some objects up, ahead of the gets: into the upper tier, and what is on disk behind them into
     * host memory; of each tier a part at most.
     */
    public void prefetch(List<String> keys) {
        if (lower == null) {
            return;
        }
        long toUpper = upper.store().capacityBytes() / PREFETCH_PART;
        long toHost = lower.hostCapacityBytes() / PREFETCH_PART;
        for (int i = 0; i < keys.size() && toHost > 0; i++) {
            String key = keys.get(i);
            if (!upper.store().contains(key)) {
                long length = lower.lengthBytes(key);
                if (length <= toUpper) {
                    toUpper -= length;
                    lower.prefetch(key, true);
                } else {
                    toUpper = 0;
                    toHost -= length;
                    lower.prefetch(key, false);
                }
            }
        }
    }

    /**
     * Finds an object and brings it up. To the policies this is no use of it.
     *
     * @param listener may be told before this returns
     */
    public void get(String key, GetListener listener) {
        StoredObject object = upper.store().find(key);
        if (object != null) {
            telemetry.add(Metric.UPPER_TIER_HITS, 1);
            listener.found(upper.store().lease(object, clock.nanoTime()));
        } else if (lower != null) {
            lower.get(key, listener);
        } else {
            telemetry.add(Metric.TIER_MISSES, 1);
            listener.missed(
                    new KvTransferException(FailureKind.UNAVAILABLE, "get an object", key + " is not in the store"));
        }
    }

    /** The bytes of an object that was got are not what was put: this copy is dropped, others may be good. */
    public void damaged(StoredObject object) {
        if (object.pieces().get(0).region().equals(upper.pool().geometry().region())) {
            upper.store().discard(object);
            reguard(object.key());
        } else if (lower != null) {
            lower.dropFromHost(object);
        }
    }

    /**
     * Begins to write to files what is in memory alone, the hottest first: for an orderly end. Where the tier of files has not
     * room for all, it is the hottest that are there in the end, and what is colder makes room. It ends when all is written,
     * or there is no room for more, or the time is over; then writes that were begun may still be under way. What is put
     * meanwhile may stay in memory.
     *
     * @param atMostNanos how long at most
     * @param listener told once, how many of the objects that were in memory are in no file when it ends; may be told before this
     *     returns
     * @throws IllegalStateException if another flush is under way
     */
    public void flush(long atMostNanos, IntConsumer listener) {
        if (lower == null) {
            listener.accept(upper.store().size());
        } else {
            lower.flush(keys -> hold(keys, ObjectStore.MAX_LEASE_NANOS), clock.nanoTime() + atMostNanos, listener);
        }
    }

    /** Removes the object of a key from all tiers. Returns whether there was one. */
    public boolean remove(String key) {
        boolean inUpper = upper.store().remove(key);
        return (lower != null && lower.remove(key)) || inUpper;
    }

    /** Removes all objects. Returns how many keys there were. */
    public int clear() {
        Set<String> keys = keys();
        keys.forEach(this::remove);
        return keys.size();
    }

    /** The keys of the objects in all tiers. */
    public Set<String> keys() {
        Set<String> keys = new HashSet<>();
        upper.store().objects().forEach(object -> keys.add(object.key()));
        if (lower != null) {
            lower.addKeysTo(keys);
        }
        return keys;
    }
}
