// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.domain.wire.Alignment;
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
import java.util.Optional;

/**
 * Chunks in this node's own store. What a pipe has put there can be got here, and the other way round.
 *
 * <p>Chunks that are put here are gathered into pages one behind the other, so that small ones share a page.
 */
public final class LocalChunkStore implements ChunkStore {
    private static final long[] NO_DIGESTS = {};
    /** Long enough for any gather or scatter; released as soon as it is done. */
    private static final long MOVE_LEASE_NANOS = 60_000_000_000L;
    /** Chunks that one request to the mover scatters. */
    private static final int CHUNKS_PER_MOVE = 4;

    private final ObjectStore store;
    private final PagePool pool;
    private final PagedKvMover mover;
    private final Clock clock;
    private final Telemetry telemetry;
    private final boolean digest;

    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private int openPage = PagePool.NO_PAGE;
    private long openCursor;

    /**
     * A view of a store.
     *
     * @param pool the pool of the store's pages
     * @param digest whether chunks get a digest when they are put, and are checked against theirs when they are got
     */
    public LocalChunkStore(
            ObjectStore store, PagePool pool, PagedKvMover mover, Clock clock, Telemetry telemetry, boolean digest) {
        this.store = store;
        this.pool = pool;
        this.mover = mover;
        this.clock = clock;
        this.telemetry = telemetry;
        this.digest = digest;
    }

    @Override
    public int step() {
        int expired = store.expire(clock.nanoTime());
        int told = ready.size();
        for (int i = 0; i < told; i++) {
            ready.remove().run();
        }
        return expired + told;
    }

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, SendListener listener) {
        if (source.lengthBytes() > store.capacityBytes()) {
            ready.add(() -> {
                listener.sourceReleased();
                listener.failed(new KvTransferException(
                        FailureKind.CAPACITY,
                        "store a chunk",
                        "a chunk of " + source.lengthBytes() + " bytes in a store of " + store.capacityBytes()));
            });
            return true;
        }
        Put put = new Put(meta, source, listener);
        if (!put.takeRoom()) {
            put.giveUpRoom();
            return false;
        }
        mover.submitGather(put.gathers, put.digests, put);
        return true;
    }

    private final class Put implements Completion {
        private final ObjectMeta meta;
        private final SendSource.Gathered source;
        private final SendListener listener;
        private final List<PagedPiece> gathers = new ArrayList<>(1);
        private final List<Span> pieces = new ArrayList<>(1);
        private final List<Integer> pages = new ArrayList<>(1);
        private long[] digests = NO_DIGESTS;

        Put(ObjectMeta meta, SendSource.Gathered source, SendListener listener) {
            this.meta = meta;
            this.source = source;
            this.listener = listener;
        }

        /** Holds the pages that the chunk goes to; false if the store has no more, with what was taken still held. */
        boolean takeRoom() {
            long total = source.lengthBytes();
            long placed = 0;
            long granularity = source.granularity();
            while (placed < total) {
                long rest = total - placed;
                long room = openPage < 0 ? 0 : pool.geometry().pageBytes() - openCursor;
                boolean whole = rest <= pool.geometry().pageBytes();
                if (room < (whole ? rest : granularity)) {
                    if (!nextPage()) {
                        return false;
                    }
                    room = pool.geometry().pageBytes();
                }
                long bytes = rest <= room ? rest : room / granularity * granularity;
                Span piece = pool.span(openPage).slice(openCursor, bytes);
                pool.retain(openPage);
                pages.add(openPage);
                pieces.add(piece);
                gathers.add(source.chunk().piece(placed, piece));
                placed += bytes;
                openCursor = Math.min(pool.geometry().pageBytes(), Alignment.up(openCursor + bytes));
            }
            digests = digest ? new long[gathers.size()] : NO_DIGESTS;
            return true;
        }

        void giveUpRoom() {
            pages.forEach(pool::release);
        }

        @Override
        public void completed() {
            long sum = 0;
            for (long part : digests) {
                sum += part;
            }
            telemetry.add(Metric.MEMORY_BYTES_READ, source.lengthBytes());
            telemetry.add(Metric.MEMORY_BYTES_WRITTEN, source.lengthBytes());
            store.put(meta, pieces, sum);
            giveUpRoom();
            listener.sourceReleased();
            listener.acknowledged();
        }

        @Override
        public void failed(KvTransferException failure) {
            giveUpRoom();
            listener.sourceReleased();
            listener.failed(failure);
        }
    }

    private boolean nextPage() {
        if (openPage >= 0) {
            pool.release(openPage);
        }
        openPage = store.takePage();
        openCursor = 0;
        return openPage >= 0;
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        int hits = store.prefix(keys);
        if (leaseNanos == 0) {
            listener.found(hits, () -> {});
            return;
        }
        List<Lease> leases = new ArrayList<>(hits);
        for (Optional<Lease> lease : store.get(keys.subList(0, hits), clock.nanoTime(), leaseNanos)) {
            lease.ifPresent(leases::add);
        }
        listener.found(hits, () -> leases.forEach(Lease::release));
    }

    @Override
    public void get(List<String> keys, List<PagedChunk> targets, ChunkListener listener) {
        for (int from = 0; from < keys.size(); from += CHUNKS_PER_MOVE) {
            int to = Math.min(keys.size(), from + CHUNKS_PER_MOVE);
            Get get = new Get(listener);
            for (int i = from; i < to; i++) {
                get.add(i, keys.get(i), targets.get(i));
            }
            get.begin();
        }
    }

    private final class Get implements Completion {
        private final ChunkListener listener;
        private final List<Integer> indices = new ArrayList<>(CHUNKS_PER_MOVE);
        private final List<Lease> leases = new ArrayList<>(CHUNKS_PER_MOVE);
        private final List<PagedPiece> scatters = new ArrayList<>(CHUNKS_PER_MOVE);
        private long[] digests = NO_DIGESTS;

        Get(ChunkListener listener) {
            this.listener = listener;
        }

        void add(int index, String key, PagedChunk target) {
            Optional<Lease> lease = store.get(key, clock.nanoTime(), MOVE_LEASE_NANOS);
            long expected = target.lengthBytes();
            if (lease.isEmpty()) {
                miss(index, FailureKind.UNAVAILABLE, key + " is not in the store");
                return;
            }
            StoredObject object = lease.get().object();
            if (object.lengthBytes() != expected) {
                lease.get().release();
                miss(index, FailureKind.REFUSED, key + " has " + object.lengthBytes() + " bytes, expected " + expected);
                return;
            }
            indices.add(index);
            leases.add(lease.get());
            long offset = 0;
            for (Span piece : object.pieces()) {
                scatters.add(target.piece(offset, piece));
                offset += piece.lengthBytes();
            }
        }

        private void miss(int index, FailureKind kind, String why) {
            ready.add(() -> listener.missed(index, new KvTransferException(kind, "get a chunk", why)));
        }

        void begin() {
            if (!scatters.isEmpty()) {
                digests = digest ? new long[scatters.size()] : NO_DIGESTS;
                mover.submitScatter(scatters, digests, this);
            }
        }

        @Override
        public void completed() {
            int piece = 0;
            for (int i = 0; i < leases.size(); i++) {
                StoredObject object = leases.get(i).object();
                long sum = 0;
                for (int p = 0; p < object.pieces().size(); p++, piece++) {
                    sum += digest ? digests[piece] : 0;
                }
                telemetry.add(Metric.MEMORY_BYTES_READ, object.lengthBytes());
                telemetry.add(Metric.MEMORY_BYTES_WRITTEN, object.lengthBytes());
                leases.get(i).release();
                if (digest && sum != object.digest()) {
                    corrupted(indices.get(i), object);
                } else {
                    listener.got(indices.get(i));
                }
            }
        }

        /** Bytes that changed in the store are of no use to anybody. */
        private void corrupted(int index, StoredObject object) {
            telemetry.add(Metric.DIGEST_MISMATCHES, 1);
            store.remove(object.key());
            listener.missed(
                    index,
                    new KvTransferException(
                            FailureKind.CORRUPTED, "get a chunk", object.key() + " is not what was stored; it was removed"));
        }

        @Override
        public void failed(KvTransferException failure) {
            for (int i = 0; i < leases.size(); i++) {
                leases.get(i).release();
                listener.missed(indices.get(i), failure);
            }
        }
    }
}
