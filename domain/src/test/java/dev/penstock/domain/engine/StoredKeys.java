// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Notes what it is asked to store and to get, and does neither; says of the keys that it was told that they are there. */
final class StoredKeys implements ChunkStore {
    final List<String> keys = new ArrayList<>();
    final List<String> got = new ArrayList<>();
    /** How many keys it was asked for. */
    int asked;

    private final Predicate<String> there;

    StoredKeys() {
        this(key -> false);
    }

    StoredKeys(Predicate<String> there) {
        this.there = there;
    }

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
        keys.add(meta.key());
        return true;
    }

    @Override
    public void prefix(List<String> asked, long leaseNanos, PrefixListener listener) {
        this.asked += asked.size();
        int hits = 0;
        while (hits < asked.size() && there.test(asked.get(hits))) {
            hits++;
        }
        listener.found(hits, () -> {});
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {
        chunks.forEach(chunk -> got.add(chunk.key()));
    }

    @Override
    public void remove(List<String> keys, RemoveListener listener) {
        listener.removed(0);
    }

    @Override
    public int clear() {
        return 0;
    }

    @Override
    public int step() {
        return 0;
    }
}
