// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.ObjectStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** Which keys somebody wants to be kept, wherever their objects are, and until when. */
final class Holds {
    private final Map<String, Integer> counts = new HashMap<>();
    /** Those that expire. By difference, as times with an arbitrary origin are compared: they may wrap around. */
    private final PriorityQueue<Hold> byDeadline =
            new PriorityQueue<>((a, b) -> Long.signum(a.deadlineNanos - b.deadlineNanos));

    private final Consumer<String> changed;

    /**
     * No holds.
     *
     * @param changed told of each key that comes to be held, or is not any more
     */
    Holds(Consumer<String> changed) {
        this.changed = changed;
    }

    /** Some keys that are held together. */
    private final class Hold implements Runnable {
        private final List<String> keys;
        private final long deadlineNanos;
        private boolean over;

        Hold(List<String> keys, long deadlineNanos) {
            this.keys = keys;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            over = true;
            byDeadline.remove(this);
            for (String key : keys) {
                if (counts.merge(key, -1, Integer::sum) == 0) {
                    counts.remove(key);
                    changed.accept(key);
                }
            }
        }
    }

    /**
     * Holds keys.
     *
     * @param leaseNanos for how long; {@link ObjectStore#MAX_LEASE_NANOS} for as long as it takes
     * @return ends it; running it twice is harmless
     */
    Runnable add(List<String> keys, long nowNanos, long leaseNanos) {
        Hold hold = new Hold(List.copyOf(keys), nowNanos + leaseNanos);
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

    boolean isHeld(String key) {
        return counts.containsKey(key);
    }

    /** Ends the holds whose time is over. Returns how many that were. */
    int expire(long nowNanos) {
        int expired = 0;
        for (Hold first = byDeadline.peek();
                first != null && first.deadlineNanos - nowNanos <= 0;
                first = byDeadline.peek()) {
            first.run();
            expired++;
        }
        return expired;
    }
}
