// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.ObjectStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Which keys somebody wants to be kept, wherever their objects are, and until when. */
final class Holds {
    private final Map<String, Integer> counts = new HashMap<>();
    /**
     * Those that expire: a set, which one that ends early leaves at once. By difference, as times with an arbitrary origin are
     * compared: they may wrap around.
     */
    private final TreeSet<Hold> byDeadline = new TreeSet<>((a, b) -> a.deadlineNanos == b.deadlineNanos
            ? Long.compare(a.number, b.number)
            : Long.signum(a.deadlineNanos - b.deadlineNanos));

    private final Consumer<String> changed;
    private long lastNumber;

    /**
     * No holds.
     *
     * @param changed told of each key that comes to be held, or is not any more
     */
    Holds(Consumer<String> changed) {
        this.changed = changed;
    }

    /**
     * Holds keys.
     *
     * @param leaseNanos for how long; {@link ObjectStore#MAX_LEASE_NANOS} for as long as it takes
     */
    Hold add(List<String> keys, long nowNanos, long leaseNanos) {
        Hold hold = new Hold(List.copyOf(keys), nowNanos + leaseNanos, ++lastNumber, this::ended);
        if (leaseNanos < ObjectStore.MAX_LEASE_NANOS) {
            byDeadline.add(hold);
        }
        for (String key : hold.keys) {
            if (counts.merge(key, 1, Integer::sum) == 1) {
                changed.accept(key);
            }
        }
        return hold;
    }

    private void ended(Hold hold) {
        byDeadline.remove(hold);
        for (String key : hold.keys) {
            if (counts.merge(key, -1, Integer::sum) == 0) {
                counts.remove(key);
                changed.accept(key);
            }
        }
    }

    boolean isHeld(String key) {
        return counts.containsKey(key);
    }

    /** How many keys are held. */
    int size() {
        return counts.size();
    }

    /** Ends the holds whose time is over. Returns how many that were. */
    int expire(long nowNanos) {
        int expired = 0;
        while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos - nowNanos <= 0) {
            byDeadline.first().run();
            expired++;
        }
        return expired;
    }
}
