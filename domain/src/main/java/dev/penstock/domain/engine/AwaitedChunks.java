// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.backend.AwaitedObjects;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.Clock;
import dev.penstock.ports.KvTransferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chunks that retrievals wait for, by key. One for a store: its engines register here, and the
 * {@link dev.penstock.domain.backend.StoreSink}s of its sessions ask here. A chunk that one retrieval waits for is scattered
 * straight into that one's paged cache; one that two wait for, or that is not what is waited for, is kept in the store, and
 * those who wait are told to look there.
 *
 * <p>Methods belong to the loop's thread.
 */
public final class AwaitedChunks implements AwaitedObjects {
    private final Clock clock;
    private final Map<String, List<Wait>> waits = new HashMap<>();

    /**
     * Nothing is waited for.
     *
     * @param clock tells engines when a deadline is over
     */
    public AwaitedChunks(Clock clock) {
        this.clock = clock;
    }

    /** One who waits for one chunk. While registered it is told at most one thing; after that it is not registered. */
    interface Wait extends Taker {
        /** What it waits for. */
        ObjectMeta wanted();

        /** The chunk arrives, and goes to {@link #target}: told {@link #arrived} or {@link #dropped} later. */
        void taken();

        /** Something of that key is in the store. */
        void kept();
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    void add(Wait wait) {
        waits.computeIfAbsent(wait.wanted().key(), key -> new ArrayList<>(1)).add(wait);
    }

    /** Does nothing if it is not registered. */
    void remove(Wait wait) {
        String key = wait.wanted().key();
        List<Wait> ofKey = waits.get(key);
        if (ofKey != null && ofKey.remove(wait) && ofKey.isEmpty()) {
            waits.remove(key);
        }
    }

    /** How many chunks are waited for and have not begun to arrive. */
    public int size() {
        return waits.size();
    }

    @Override
    public Optional<Taker> taker(ObjectMeta meta) {
        List<Wait> ofKey = waits.get(meta.key());
        if (ofKey == null || ofKey.size() > 1 || !ofKey.get(0).wanted().equals(meta)) {
            return Optional.empty();
        }
        waits.remove(meta.key());
        Wait only = ofKey.get(0);
        only.taken();
        return Optional.of(only);
    }

    @Override
    public void kept(String key) {
        take(key).forEach(Wait::kept);
    }

    @Override
    public void lost(String key, KvTransferException cause) {
        take(key).forEach(wait -> wait.dropped(cause));
    }

    private List<Wait> take(String key) {
        List<Wait> ofKey = waits.remove(key);
        return ofKey == null ? List.of() : ofKey;
    }
}
