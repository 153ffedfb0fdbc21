// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.PageFiller.Place;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.domain.tier.GetListener;
import dev.penstock.domain.tier.StoreTier;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Chunks in this node's own store, in whichever of its tiers they are. What a pipe has put there can be got here, and the
 * other way round.
 *
 * <p>Chunks that are put here are gathered into pages one behind the other, so that small ones share a page. A put that finds
 * no room waits while objects are being copied to a lower tier, and fails otherwise: what is in the way may stay for long,
 * and a cache may forget.
 */
public final class LocalChunkStore implements ChunkStore {
    private static final long[] NO_DIGESTS = {};
    /** Chunks that one request to the mover scatters. */
    private static final int CHUNKS_PER_MOVE = 4;

    private final TieredStore store;
    private final PagedKvMover mover;
    private final Telemetry telemetry;
    private final boolean digest;

    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    /** Chunks that are where they can be scattered from. */
    private final ArrayDeque<Found> found = new ArrayDeque<>();

    /**
     * A view of a store of one tier.
     *
     * @param pool the pool of the store's pages
     * @param digest whether chunks get a digest when they are put, and are checked against theirs when they are got; the
     *     same as in the pipes that put into the store
     */
    public LocalChunkStore(
            ObjectStore store, PagePool pool, PagedKvMover mover, Clock clock, Telemetry telemetry, boolean digest) {
        this(new TieredStore(new StoreTier(store, pool), clock, telemetry), mover, telemetry, digest);
    }

    /**
     * A view of a store, which this steps.
     *
     * @param digest as for a store of one tier; true if there are others, which check what they give back
     */
    public LocalChunkStore(TieredStore store, PagedKvMover mover, Telemetry telemetry, boolean digest) {
        this.store = store;
        this.mover = mover;
        this.telemetry = telemetry;
        this.digest = digest;
    }

    /** Steps the store, which ends leases that expire, whoever took them; scatters what has come up, and tells of misses. */
    @Override
    public int step() {
        int work = store.step();
        work += scatterFound();
        int told = ready.size();
        for (int i = 0; i < told; i++) {
            ready.remove().run();
        }
        return work + told;
    }

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
        long pageBytes = store.pageBytes();
        if (source.granularity() > pageBytes) {
            throw new KvTransferException(
                    FailureKind.REFUSED,
                    "store a chunk",
                    "rows that are cut at " + source.granularity() + " bytes do not fit into pages of " + pageBytes);
        }
        Place place = store.place(source.lengthBytes(), source.granularity());
        if (place == null) {
            if (store.mayMakeRoom()) {
                return false;
            }
            throw new KvTransferException(
                    FailureKind.CAPACITY,
                    "store a chunk",
                    "no room for a chunk of " + source.lengthBytes() + " bytes: what is in the store of "
                            + store.capacityBytes() + " bytes is held");
        }
        new Put(meta, source, place, listener).begin();
        return true;
    }

    private final class Put implements Completion {
        private final ObjectMeta meta;
        private final SendSource.Gathered source;
        private final Place place;
        private final PutListener listener;
        private long[] digests = NO_DIGESTS;

        Put(ObjectMeta meta, SendSource.Gathered source, Place place, PutListener listener) {
            this.meta = meta;
            this.source = source;
            this.place = place;
            this.listener = listener;
        }

        void begin() {
            List<PagedPiece> gathers = new ArrayList<>(place.pieces().size());
            long offset = 0;
            for (Span piece : place.pieces()) {
                gathers.add(source.chunk().piece(offset, piece));
                offset += piece.lengthBytes();
            }
            digests = digest ? new long[gathers.size()] : NO_DIGESTS;
            mover.submitGather(gathers, digests, this);
        }

        @Override
        public void completed() {
            telemetry.add(Metric.MEMORY_BYTES_READ, source.lengthBytes());
            telemetry.add(Metric.MEMORY_BYTES_WRITTEN, source.lengthBytes());
            List<String> key = List.of(meta.key());
            Runnable hold = store.hold(key, ObjectStore.MAX_LEASE_NANOS);
            store.put(meta, place.pieces(), LongStream.of(digests).sum());
            place.letGo();
            listener.sourceReleased();
            listener.stored(() -> {
                hold.run();
                store.touch(key);
            });
        }

        @Override
        public void failed(KvTransferException failure) {
            place.letGo();
            listener.sourceReleased();
            listener.failed(failure);
        }
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        int hits = store.prefix(keys);
        List<String> there = List.copyOf(keys.subList(0, hits));
        store.touch(there);
        if (leaseNanos == 0) {
            listener.found(hits, () -> {});
            return;
        }
        Runnable hold = store.hold(there, leaseNanos);
        store.prefetch(there);
        listener.found(hits, () -> {
            hold.run();
            store.touch(there);
        });
    }

    @Override
    public void remove(List<String> keys, RemoveListener listener) {
        int removed = 0;
        for (String key : keys) {
            removed += store.remove(key) ? 1 : 0;
        }
        listener.removed(removed);
    }

    @Override
    public int clear() {
        return store.clear();
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {
        List<String> keys = chunks.stream().map(ObjectMeta::key).toList();
        for (int i = 0; i < chunks.size(); i++) {
            store.get(keys.get(i), new Wanted(i, chunks.get(i), targets.get(i), listener));
        }
        store.touch(keys);
        scatterFound();
    }

    /** A chunk, and where it is to go. */
    private final class Wanted implements GetListener {
        private final int index;
        private final ObjectMeta meta;
        private final PagedChunk target;
        private final ChunkListener listener;

        Wanted(int index, ObjectMeta meta, PagedChunk target, ChunkListener listener) {
            this.index = index;
            this.meta = meta;
            this.target = target;
            this.listener = listener;
        }

        @Override
        public void found(Lease lease) {
            StoredObject object = lease.object();
            if (!object.meta().equals(meta)) {
                lease.release();
                miss(FailureKind.REFUSED, "what is in the store is " + object.meta() + ", wanted is " + meta);
            } else if (cutsRows(object, target.rowBytes())) {
                lease.release();
                miss(FailureKind.REFUSED, meta.key() + " was stored in pieces that cut its rows");
            } else {
                found.add(new Found(this, lease));
            }
        }

        private void miss(FailureKind kind, String why) {
            missed(new KvTransferException(kind, "get a chunk", why));
        }

        @Override
        public void missed(KvTransferException cause) {
            ready.add(() -> listener.missed(index, cause));
        }
    }

    /** A chunk that can be scattered from where it is. */
    private record Found(Wanted wanted, Lease lease) {}

    private int scatterFound() {
        int chunks = found.size();
        while (!found.isEmpty()) {
            List<Found> together = new ArrayList<>(CHUNKS_PER_MOVE);
            while (!found.isEmpty() && together.size() < CHUNKS_PER_MOVE) {
                together.add(found.remove());
            }
            new Scatter(together).begin();
        }
        return chunks;
    }

    private final class Scatter implements Completion {
        private final List<Found> chunks;
        private long[] digests = NO_DIGESTS;

        Scatter(List<Found> chunks) {
            this.chunks = chunks;
        }

        void begin() {
            List<PagedPiece> scatters = new ArrayList<>(CHUNKS_PER_MOVE);
            for (Found chunk : chunks) {
                long offset = 0;
                for (Span piece : chunk.lease().object().pieces()) {
                    scatters.add(chunk.wanted().target.piece(offset, piece));
                    offset += piece.lengthBytes();
                }
            }
            digests = digest ? new long[scatters.size()] : NO_DIGESTS;
            mover.submitScatter(scatters, digests, this);
        }

        @Override
        public void completed() {
            int piece = 0;
            for (Found chunk : chunks) {
                StoredObject object = chunk.lease().object();
                long sum = 0;
                for (int p = 0; p < object.pieces().size(); p++, piece++) {
                    sum += digest ? digests[piece] : 0;
                }
                telemetry.add(Metric.MEMORY_BYTES_READ, object.lengthBytes());
                telemetry.add(Metric.MEMORY_BYTES_WRITTEN, object.lengthBytes());
                chunk.lease().release();
                if (digest && sum != object.digest()) {
                    damaged(chunk.wanted(), object);
                } else {
                    chunk.wanted().listener.got(chunk.wanted().index);
                }
            }
        }

        /** Bytes that changed in the store are of no use to anybody; but a lower tier may still have the right ones. */
        private void damaged(Wanted wanted, StoredObject object) {
            telemetry.add(Metric.DIGEST_MISMATCHES, 1);
            store.damaged(object);
            if (store.contains(object.key())) {
                store.get(object.key(), wanted);
            } else {
                wanted.listener.missed(
                        wanted.index,
                        new KvTransferException(
                                FailureKind.CORRUPTED,
                                "get a chunk",
                                object.key() + " is not what was stored; it was removed"));
            }
        }

        @Override
        public void failed(KvTransferException failure) {
            for (Found chunk : chunks) {
                chunk.lease().release();
                chunk.wanted().listener.missed(chunk.wanted().index, failure);
            }
        }
    }

    /** Whoever put it may not have gathered it. */
    private static boolean cutsRows(StoredObject object, int rowBytes) {
        for (Span piece : object.pieces()) {
            if (piece.lengthBytes() % rowBytes != 0) {
                return true;
            }
        }
        return false;
    }
}
