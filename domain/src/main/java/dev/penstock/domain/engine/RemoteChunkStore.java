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
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * Chunks in a peer's store. Nothing is held there: what a prefix promised may be gone when it is fetched, and a sequence that
 * is longer than the store evicts its own start.
 */
public final class RemoteChunkStore implements ChunkStore {
    private final RemoteBackend backend;

    /** Over a backend, which can be used when its session is open. */
    public RemoteChunkStore(RemoteBackend backend) {
        this.backend = backend;
    }

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
        try {
            return backend.put(meta, source, new SendListener() {
                @Override
                public void sourceReleased() {
                    listener.sourceReleased();
                }

                @Override
                public void acknowledged() {
                    listener.stored(() -> {});
                }

                @Override
                public void failed(KvTransferException cause) {
                    listener.failed(cause);
                }
            });
        } catch (IllegalArgumentException tooLong) {
            throw new KvTransferException(
                    FailureKind.REFUSED, "store a chunk", String.valueOf(tooLong.getMessage()), tooLong);
        }
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        backend.contains(keys, new BackendReplyListener() {
            @Override
            public void replied(List<Boolean> hits) {
                int gap = hits.indexOf(false);
                listener.found(gap < 0 ? keys.size() : gap, () -> {});
            }

            @Override
            public void failed(KvTransferException cause) {
                listener.failed(cause);
            }
        });
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {
        List<String> keys = chunks.stream().map(ObjectMeta::key).toList();
        List<GetListener> listeners = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            listeners.add(new Scatter(i, chunks.get(i), targets.get(i), listener));
        }
        backend.get(keys, listeners);
    }

    @Override
    public int step() {
        return 0;
    }

    private record Scatter(int index, ObjectMeta wanted, PagedChunk target, ChunkListener listener)
            implements GetListener {
        @Override
        public Placement place(ObjectMeta meta) {
            return meta.equals(wanted) ? new Placement.Scattered(target) : Placement.refuse(FailureKind.REFUSED);
        }

        @Override
        public void received(ObjectMeta meta, ArrivingObject arrived) {
            arrived.settle();
            listener.got(index);
        }

        @Override
        public void missing() {
            listener.missed(
                    index,
                    new KvTransferException(
                            FailureKind.UNAVAILABLE, "get a chunk", wanted.key() + " is not in the store"));
        }

        @Override
        public void failed(KvTransferException cause) {
            listener.missed(index, cause);
        }
    }
}
