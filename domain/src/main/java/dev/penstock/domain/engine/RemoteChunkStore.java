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
import java.util.Collections;
import java.util.List;

/**
 * Chunks in a peer's store, in whichever of its tiers. What a prefix promised is leased there, for as long as that store allows
 * ({@link dev.penstock.domain.backend.BackendService#MAX_LEASE_NANOS}), or pinned. What was put is not: a sequence that is longer
 * than the store evicts its own start.
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
            if (backend.channel().queueRoom() == 0) {
                return false;
            }
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
        } catch (IllegalStateException unusable) {
            throw unusable("store a chunk", unusable);
        }
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        try {
            if (leaseNanos == 0) {
                backend.contains(keys, new Prefix(keys, false, listener));
            } else {
                backend.lease(keys, leaseNanos, new Prefix(keys, true, listener));
            }
        } catch (IllegalStateException unusable) {
            throw unusable("look for chunks", unusable);
        }
    }

    private final class Prefix implements BackendReplyListener {
        private final List<String> keys;
        private final boolean leased;
        private final PrefixListener listener;

        Prefix(List<String> keys, boolean leased, PrefixListener listener) {
            this.keys = keys;
            this.leased = leased;
            this.listener = listener;
        }

        @Override
        public void replied(List<Boolean> hits) {
            int gap = hits.indexOf(false);
            listener.found(gap < 0 ? keys.size() : gap, leased ? new Hold(leasedKeys(hits)) : () -> {});
        }

        private List<String> leasedKeys(List<Boolean> hits) {
            List<String> there = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                if (hits.get(i)) {
                    there.add(keys.get(i));
                }
            }
            return there;
        }

        @Override
        public void failed(KvTransferException cause) {
            listener.failed(cause);
        }
    }

    /** Leases at the far side. */
    private final class Hold implements Runnable {
        private final List<String> keys;
        private boolean ended;

        Hold(List<String> keys) {
            this.keys = keys;
        }

        @Override
        public void run() {
            if (!ended && !keys.isEmpty()) {
                backend.release(keys);
            }
            ended = true;
        }
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {
        List<String> keys = chunks.stream().map(ObjectMeta::key).toList();
        List<GetListener> listeners = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            listeners.add(new Scatter(i, chunks.get(i), targets.get(i), listener));
        }
        try {
            backend.get(keys, listeners);
        } catch (IllegalStateException unusable) {
            throw unusable("get chunks", unusable);
        }
    }

    /** An engine asks in its own step, where nobody could catch what a caller did wrong. */
    private static KvTransferException unusable(String operation, IllegalStateException why) {
        return new KvTransferException(FailureKind.CLOSED, operation, String.valueOf(why.getMessage()), why);
    }

    @Override
    public void remove(List<String> keys, RemoveListener listener) {
        try {
            backend.remove(keys, new BackendReplyListener() {
                @Override
                public void replied(List<Boolean> hits) {
                    listener.removed(Collections.frequency(hits, true));
                }

                @Override
                public void failed(KvTransferException cause) {
                    listener.failed(cause);
                }
            });
        } catch (IllegalStateException unusable) {
            throw unusable("remove chunks", unusable);
        }
    }

    @Override
    public int clear() {
        throw new KvTransferException(
                FailureKind.REFUSED,
                "clear a store",
                "it is a peer's, and may have chunks of others; remove what is yours by its tokens, or clear it there");
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
