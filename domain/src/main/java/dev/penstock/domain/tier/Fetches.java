// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.PageFiller.Place;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Objects on their way up: from a file into host memory, from there into the upper tier. Each goes on from where it is found
 * when its turn comes, so that whatever happens to it meanwhile, it ends with its bytes, checked, or with a miss.
 */
final class Fetches {
    /** Copies up, and reads together with what waits for its copy, at a time. */
    private static final int MOST_MOVES = 16;

    private final LowerTiers tiers;
    private final Memory memory;
    /** A GPU's copy engine is faster than a kernel over the bus, and its own memory is read in no time; a CPU does both at once. */
    private final boolean digestApart;

    private final Clock clock;
    private final Telemetry telemetry;
    private final Flow promotions;
    private final Map<String, Fetch> byKey = new HashMap<>();
    private final ArrayDeque<Fetch> toRead = new ArrayDeque<>();
    private final ArrayDeque<Fetch> toPromote = new ArrayDeque<>();
    private int reading;
    /** Objects that were read and wait to be promoted. */
    private int readAndWaiting;

    private boolean blocked;
    /** There was no room above for long: until there is some, nobody waits for it again. */
    private boolean readsFromHost;

    Fetches(LowerTiers tiers, Memory memory, Clock clock, Telemetry telemetry) {
        this.tiers = tiers;
        this.memory = memory;
        this.digestApart = !memory.kind().hostAddressable();
        this.clock = clock;
        this.telemetry = telemetry;
        this.promotions = new Flow(Metric.BYTES_PROMOTED, Metric.PROMOTION_NANOS, clock, telemetry);
    }

    /** One object, and who wants it: nobody, if it is prefetched. */
    private static final class Fetch {
        final String key;
        final List<GetListener> listeners = new ArrayList<>(1);
        /** Whether it is wanted in the upper tier, or in host memory only. */
        boolean toUpper;
        /** Keeps what was read from a file until it is promoted. */
        @Nullable
        Lease read;
        /** Why it is missed if no tier has it any more. */
        FailureKind why = FailureKind.UNAVAILABLE;

        Fetch(String key) {
            this.key = key;
        }
    }

    /** Brings an object up that is not in the upper tier. */
    void get(String key, GetListener listener) {
        Fetch known = byKey.get(key);
        Fetch fetch = known == null ? begun(key) : known;
        fetch.listeners.add(listener);
        fetch.toUpper = true;
        if (known == null) {
            route(fetch);
        }
    }

    /** Brings an object up that nobody waits for yet. */
    void prefetch(String key, boolean toUpper) {
        if (!byKey.containsKey(key)) {
            Fetch fetch = begun(key);
            fetch.toUpper = toUpper;
            route(fetch);
        }
    }

    private Fetch begun(String key) {
        Fetch fetch = new Fetch(key);
        byKey.put(key, fetch);
        return fetch;
    }

    /** How many moves are under way. */
    int running() {
        return promotions.running() + reading;
    }

    /** Whether one waits for room. */
    boolean isBlocked() {
        return blocked;
    }

    /** Begins what can be begun. Returns how much that was. */
    int step() {
        int work = 0;
        blocked = false;
        while (promotions.running() < MOST_MOVES && !toPromote.isEmpty()) {
            if (!promote(toPromote.element())) {
                if (!readsFromHost) {
                    blocked = true;
                    break;
                }
                finishFromHost(toPromote.remove());
            }
            work++;
        }
        while (reading + readAndWaiting < MOST_MOVES && !toRead.isEmpty()) {
            if (!read(toRead.element())) {
                blocked = true;
                break;
            }
            work++;
        }
        return work;
    }

    /** There is no hope for room above: what waits for it is read from host memory. Returns whether anything is. */
    boolean readFromHost() {
        readsFromHost = !toPromote.isEmpty();
        return readsFromHost;
    }

    /** Whether one waits to be read from its file. */
    boolean waitsToRead() {
        return !toRead.isEmpty();
    }

    /** There is no hope for room in host memory: the first that waits for it is missed. */
    void missFirstRead() {
        Fetch first = toRead.poll();
        if (first != null) {
            first.why = FailureKind.CAPACITY;
            finishMissed(first, "there is no room in host memory to read " + first.key + " from its file");
        }
    }

    /** Sends it on its way from where it is now. */
    private void route(Fetch fetch) {
        if (tiers.upper().contains(fetch.key)) {
            finishIn(tiers.upper(), fetch);
        } else if (tiers.host().contains(fetch.key)) {
            if (fetch.toUpper) {
                toPromote.add(fetch);
            } else {
                finish(fetch);
            }
        } else if (tiers.inFile(fetch.key) != null) {
            // What was read before is of no use, or it would be in host memory.
            endRead(fetch);
            toRead.add(fetch);
        } else {
            finishMissed(
                    fetch,
                    fetch.why == FailureKind.CORRUPTED
                            ? "the copy of " + fetch.key + " was damaged; it was removed"
                            : fetch.key + " is not in the store");
        }
    }

    /** Returns whether its turn is over. */
    private boolean promote(Fetch fetch) {
        StoredObject object = tiers.host().find(fetch.key);
        if (object == null || tiers.upper().contains(fetch.key)) {
            toPromote.remove();
            route(fetch);
            return true;
        }
        Place place = tiers.upperPlace(object.meta());
        if (place == null) {
            return false;
        }
        readsFromHost = false;
        toPromote.remove();
        Lease lease = tiers.host().lease(object, clock.nanoTime());
        promotions.began();
        ObjectCopy.beginChecked(memory, digestApart, object.pieces(), place.pieces(), (digest, failure) -> {
            boolean good = failure == null && digest == object.digest();
            promotions.ended(good ? object.lengthBytes() : 0);
            if (good) {
                promoted(object, place);
            }
            place.letGo();
            lease.release();
            if (failure != null) {
                finishFailed(fetch, failure);
                return;
            }
            if (!good) {
                telemetry.add(Metric.TIER_DAMAGES, 1);
                fetch.why = FailureKind.CORRUPTED;
                tiers.dropFromHost(object);
            }
            route(fetch);
        });
        return true;
    }

    /** Puts what has arrived into the upper tier, unless the key has another object by now, or none. */
    private void promoted(StoredObject object, Place place) {
        if (object.isStored() && !tiers.upper().contains(object.key())) {
            tiers.upper().put(object.meta(), place.pieces(), object.digest());
        }
    }

    private boolean read(Fetch fetch) {
        StoredObject object = tiers.inFile(fetch.key);
        if (object == null || tiers.host().contains(fetch.key) || tiers.upper().contains(fetch.key)) {
            toRead.remove();
            route(fetch);
            return true;
        }
        Place place = tiers.hostPlace(object.meta());
        if (place == null) {
            return false;
        }
        toRead.remove();
        reading++;
        tiers.readFile(object, place.pieces(), new Completion() {
            @Override
            public void completed() {
                reading--;
                if (object.isStored() && !tiers.host().contains(fetch.key)) {
                    StoredObject read = tiers.host().put(object.meta(), place.pieces(), object.digest());
                    tiers.reguard(fetch.key);
                    fetch.read = tiers.host().lease(read, clock.nanoTime());
                    readAndWaiting++;
                }
                place.letGo();
                route(fetch);
            }

            @Override
            public void failed(KvTransferException failure) {
                reading--;
                place.letGo();
                if (failure.kind() == FailureKind.CORRUPTED || failure.kind() == FailureKind.UNAVAILABLE) {
                    telemetry.add(Metric.TIER_DAMAGES, 1);
                    fetch.why = FailureKind.CORRUPTED;
                    tiers.dropFile(object);
                    route(fetch);
                } else {
                    finishFailed(fetch, failure);
                }
            }
        });
        return true;
    }

    /** Without room above, its bytes are read from where they are. */
    private void finishFromHost(Fetch fetch) {
        if (tiers.host().contains(fetch.key)) {
            finishIn(tiers.host(), fetch);
        } else {
            route(fetch);
        }
    }

    private void finishIn(ObjectStore store, Fetch fetch) {
        StoredObject object = Objects.requireNonNull(store.find(fetch.key));
        // All of them first: who is told may remove it.
        List<Lease> leases = new ArrayList<>(fetch.listeners.size());
        for (int i = 0; i < fetch.listeners.size(); i++) {
            leases.add(store.lease(object, clock.nanoTime()));
        }
        finish(fetch);
        for (int i = 0; i < leases.size(); i++) {
            fetch.listeners.get(i).found(leases.get(i));
        }
    }

    private void finishMissed(Fetch fetch, String message) {
        finishFailed(fetch, new KvTransferException(fetch.why, "get an object", message));
    }

    private void finishFailed(Fetch fetch, KvTransferException failure) {
        finish(fetch);
        for (GetListener listener : fetch.listeners) {
            listener.missed(failure);
        }
    }

    /** Before anybody is told: who is told may ask again. */
    private void finish(Fetch fetch) {
        byKey.remove(fetch.key);
        endRead(fetch);
    }

    private void endRead(Fetch fetch) {
        Lease read = fetch.read;
        if (read != null) {
            fetch.read = null;
            readAndWaiting--;
            read.release();
        }
    }
}
