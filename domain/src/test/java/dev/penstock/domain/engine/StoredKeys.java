// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;

/** Notes what it is asked to store, and stores nothing. */
final class StoredKeys implements ChunkStore {
    final List<String> keys = new ArrayList<>();

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
        keys.add(meta.key());
        return true;
    }

    @Override
    public void prefix(List<String> asked, long leaseNanos, PrefixListener listener) {
        listener.found(0, () -> {});
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {}

    @Override
    public int step() {
        return 0;
    }
}
