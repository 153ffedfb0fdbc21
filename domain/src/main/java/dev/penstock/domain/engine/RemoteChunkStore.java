// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.backend.GetListener;
import dev.penstock.domain.backend.RemoteBackend;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;

/** Chunks in a peer's store. Prefixes are not leased there: what a prefix promised may be gone when it is fetched. */
public final class RemoteChunkStore implements ChunkStore {
    private final RemoteBackend backend;

    /** Over a backend whose session is open. */
    public RemoteChunkStore(RemoteBackend backend) {
        this.backend = backend;
    }

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, SendListener listener) {
        return backend.put(meta, source, listener);
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        ask(keys, 0, listener);
    }

    /** Asks for as many keys as one call takes, and for more only if all of them are there. */
    private void ask(List<String> keys, int from, PrefixListener listener) {
        int to = Math.min(keys.size(), from + BackendCall.MAX_KEYS);
        backend.contains(keys.subList(from, to), new BackendReplyListener() {
            @Override
            public void replied(List<Boolean> hits) {
                int gap = hits.indexOf(false);
                if (gap >= 0) {
                    listener.found(from + gap, () -> {});
                } else if (to == keys.size()) {
                    listener.found(to, () -> {});
                } else {
                    askOn(keys, to, listener);
                }
            }

            @Override
            public void failed(KvTransferException cause) {
                listener.failed(cause);
            }
        });
    }

    private void askOn(List<String> keys, int from, PrefixListener listener) {
        try {
            ask(keys, from, listener);
        } catch (KvTransferException e) {
            listener.failed(e);
        }
    }

    @Override
    public void get(List<String> keys, List<PagedChunk> targets, ChunkListener listener) {
        for (int from = 0; from < keys.size(); from += BackendCall.MAX_KEYS) {
            int to = Math.min(keys.size(), from + BackendCall.MAX_KEYS);
            List<GetListener> listeners = new ArrayList<>(to - from);
            for (int i = from; i < to; i++) {
                listeners.add(new Scatter(i, keys.get(i), targets.get(i), listener));
            }
            backend.get(keys.subList(from, to), listeners);
        }
    }

    @Override
    public int step() {
        return 0;
    }

    private record Scatter(int index, String key, PagedChunk target, ChunkListener listener)
            implements GetListener {
        @Override
        public Placement place(ObjectMeta meta) {
            long expected = target.lengthBytes();
            return meta.lengthBytes() == expected ? new Placement.Scattered(target) : Placement.refuse(FailureKind.REFUSED);
        }

        @Override
        public void received(ObjectMeta meta, ArrivingObject arrived) {
            arrived.settle();
            listener.got(index);
        }

        @Override
        public void missing() {
            listener.missed(
                    index, new KvTransferException(FailureKind.UNAVAILABLE, "get a chunk", key + " is not in the store"));
        }

        @Override
        public void failed(KvTransferException cause) {
            listener.missed(index, cause);
        }
    }
}
