// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.tier.Hold;
import dev.penstock.domain.tier.TieredStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What one session has leased of a store. */
final class SessionLeases {
    private final TieredStore store;
    /** By key, the oldest first: a key may be leased more than once. */
    private final Map<String, ArrayDeque<Hold>> leases = new HashMap<>();

    private int count;

    SessionLeases(TieredStore store) {
        this.store = store;
    }

    /**
     * Leases the keys from the first one on, up to the first that has no object, and begins to bring the first of them up.
     * Beyond {@link BackendService#MAX_SESSION_LEASES} they are told as there and not leased: a lease is a promise to try.
     *
     * @return for each key whether it is among those
     */
    List<Boolean> lease(List<String> keys, long leaseNanos) {
        if (count + keys.size() > BackendService.MAX_SESSION_LEASES) {
            forgetExpired();
        }
        int there = store.prefix(keys);
        List<String> found = keys.subList(0, there);
        int leased = Math.min(there, BackendService.MAX_SESSION_LEASES - count);
        for (String key : found.subList(0, leased)) {
            leases.computeIfAbsent(key, any -> new ArrayDeque<>(1)).add(store.hold(List.of(key), leaseNanos));
            count++;
        }
        store.touch(found);
        store.prefetch(found);
        List<Boolean> hits = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            hits.add(i < there);
        }
        return hits;
    }

    /** Ends one lease on each of the keys; the answer says which had one that had not expired. */
    List<Boolean> release(List<String> keys) {
        List<Boolean> had = new ArrayList<>(keys.size());
        for (String key : keys) {
            had.add(release(key));
        }
        // Those who held a sequence have used it: its start is to be evicted last.
        if (had.contains(true)) {
            store.touch(keys.subList(0, store.prefix(keys)));
        }
        return had;
    }

    private boolean release(String key) {
        ArrayDeque<Hold> ofKey = leases.get(key);
        if (ofKey == null) {
            return false;
        }
        Hold lease = ofKey.remove();
        count--;
        if (ofKey.isEmpty()) {
            leases.remove(key);
        }
        boolean active = lease.isActive();
        lease.run();
        return active;
    }

    private void forgetExpired() {
        Iterator<ArrayDeque<Hold>> keys = leases.values().iterator();
        while (keys.hasNext()) {
            ArrayDeque<Hold> ofKey = keys.next();
            count -= ofKey.size();
            ofKey.removeIf(lease -> !lease.isActive());
            count += ofKey.size();
            if (ofKey.isEmpty()) {
                keys.remove();
            }
        }
    }

    /** The session is over. */
    void releaseAll() {
        leases.values().forEach(ofKey -> ofKey.forEach(Hold::run));
        leases.clear();
        count = 0;
    }
}
