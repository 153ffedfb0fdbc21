// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one session has leased of a store. */
final class SessionLeases {
    /** By key, the oldest first: a key may be leased more than once. */
    private final Map<String, ArrayDeque<Lease>> leases = new HashMap<>();

    private int count;

    /**
     * Leases the keys from the first one on, up to the first that has no object. Beyond {@link
     * BackendService#MAX_SESSION_LEASES} they are told as there and not leased: a lease is a promise to try.
     *
     * @return for each key whether it is among those
     */
    List<Boolean> lease(ObjectStore store, List<String> keys, long nowNanos, long leaseNanos) {
        if (count + keys.size() > BackendService.MAX_SESSION_LEASES) {
            forgetExpired();
        }
        int there = 0;
        while (there < keys.size() && store.contains(keys.get(there))) {
            there++;
        }
        int leased = Math.min(there, BackendService.MAX_SESSION_LEASES - count);
        List<Optional<Lease>> taken = store.get(keys.subList(0, leased), nowNanos, leaseNanos);
        for (int i = 0; i < leased; i++) {
            leases.computeIfAbsent(keys.get(i), key -> new ArrayDeque<>(1))
                    .add(taken.get(i).orElseThrow());
            count++;
        }
        List<Boolean> hits = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            hits.add(i < there);
        }
        return hits;
    }

    /** Ends one lease on each of the keys; the answer says which had one that had not expired. */
    List<Boolean> release(ObjectStore store, List<String> keys) {
        List<Boolean> had = new ArrayList<>(keys.size());
        for (String key : keys) {
            had.add(release(key));
        }
        // Those who held a sequence have used it: its start is to be evicted last.
        if (had.contains(true)) {
            store.prefix(keys);
        }
        return had;
    }

    private boolean release(String key) {
        ArrayDeque<Lease> ofKey = leases.get(key);
        if (ofKey == null) {
            return false;
        }
        Lease lease = ofKey.remove();
        count--;
        if (ofKey.isEmpty()) {
            leases.remove(key);
        }
        boolean active = lease.isActive();
        lease.release();
        return active;
    }

    private void forgetExpired() {
        Iterator<ArrayDeque<Lease>> keys = leases.values().iterator();
        while (keys.hasNext()) {
            ArrayDeque<Lease> ofKey = keys.next();
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
        leases.values().forEach(ofKey -> ofKey.forEach(Lease::release));
        leases.clear();
        count = 0;
    }
}
