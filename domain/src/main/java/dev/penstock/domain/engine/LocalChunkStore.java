// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
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
import java.util.stream.LongStream;

/**
 * Chunks in this node's own store. What a pipe has put there can be got here, and the other way round.
 *
 * <p>Chunks that are put here are gathered into pages one behind the other, so that small ones share a page. A put that finds
 * no room fails at once: what is in the way may stay for long, and a cache may forget.
 */
public final class LocalChunkStore implements ChunkStore {
    private static final long[] NO_DIGESTS = {};
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
     * @param digest whether chunks get a digest when they are put, and are checked against theirs when they are got; the
     *     same as in the pipes that put into the store
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

    /** Ends leases that expire, whoever took them, and tells of chunks that are not there. */
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
    public boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
        long pageBytes = pool.geometry().pageBytes();
        if (source.granularity() > pageBytes) {
            throw new KvTransferException(
                    FailureKind.REFUSED,
                    "store a chunk",
                    "rows that are cut at " + source.granularity() + " bytes do not fit into pages of " + pageBytes);
        }
        Put put = new Put(meta, source, listener);
        put.takeRoom();
        mover.submitGather(put.gathers, put.digests, put);
        return true;
    }

    private final class Put implements Completion {
        private final ObjectMeta meta;
        private final SendSource.Gathered source;
        private final PutListener listener;
        private final List<PagedPiece> gathers = new ArrayList<>(1);
        private final List<Span> pieces = new ArrayList<>(1);
        private final List<Integer> pages = new ArrayList<>(1);
        private long[] digests = NO_DIGESTS;

        Put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
            this.meta = meta;
            this.source = source;
            this.listener = listener;
        }

        /** Holds the pages that the chunk goes to, or none if this throws. */
        void takeRoom() {
            long total = source.lengthBytes();
            long pageBytes = pool.geometry().pageBytes();
            long granularity = source.granularity();
            long placed = 0;
            while (placed < total) {
                long rest = total - placed;
                long room = openPage < 0 ? 0 : pageBytes - openCursor;
                // A chunk that fits into a page is not cut by its end.
                if (room < (rest <= pageBytes ? rest : granularity)) {
                    openNextPage();
                    room = pageBytes;
                }
                long bytes = rest <= room ? rest : room / granularity * granularity;
                Span piece = pool.span(openPage).slice(openCursor, bytes);
                pool.retain(openPage);
                pages.add(openPage);
                pieces.add(piece);
                gathers.add(source.chunk().piece(placed, piece));
                placed += bytes;
                openCursor = Math.min(pageBytes, Alignment.up(openCursor + bytes));
            }
            digests = digest ? new long[gathers.size()] : NO_DIGESTS;
        }

        private void openNextPage() {
            if (openPage >= 0) {
                pool.release(openPage);
            }
            openPage = store.takePage();
            openCursor = 0;
            if (openPage < 0) {
                letGoOfPages();
                throw new KvTransferException(
                        FailureKind.CAPACITY,
                        "store a chunk",
                        "no room for a chunk of " + source.lengthBytes() + " bytes: what is in the store of "
                                + store.capacityBytes() + " bytes is held");
            }
        }

        private void letGoOfPages() {
            pages.forEach(pool::release);
        }

        @Override
        public void completed() {
            telemetry.add(Metric.MEMORY_BYTES_READ, source.lengthBytes());
            telemetry.add(Metric.MEMORY_BYTES_WRITTEN, source.lengthBytes());
            store.put(meta, pieces, LongStream.of(digests).sum());
            listener.sourceReleased();
            listener.stored(this::endHold);
        }

        private void endHold() {
            letGoOfPages();
            store.prefix(List.of(meta.key()));
        }

        @Override
        public void failed(KvTransferException failure) {
            letGoOfPages();
            listener.sourceReleased();
            listener.failed(failure);
        }
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        if (leaseNanos == 0) {
            listener.found(store.prefix(keys), () -> {});
            return;
        }
        int hits = 0;
        while (hits < keys.size() && store.contains(keys.get(hits))) {
            hits++;
        }
        List<Lease> leases = new ArrayList<>(hits);
        for (Optional<Lease> lease : store.get(keys.subList(0, hits), clock.nanoTime(), leaseNanos)) {
            lease.ifPresent(leases::add);
        }
        List<String> held = List.copyOf(keys.subList(0, hits));
        listener.found(hits, () -> {
            leases.forEach(Lease::release);
            store.prefix(held);
        });
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {
        List<String> keys = chunks.stream().map(ObjectMeta::key).toList();
        // No deadline: they end when the mover is done.
        List<Optional<Lease>> leases = store.get(keys, clock.nanoTime(), ObjectStore.MAX_LEASE_NANOS);
        Get get = new Get(listener);
        for (int i = 0; i < chunks.size(); i++) {
            get.add(i, chunks.get(i), targets.get(i), leases.get(i));
            if (get.leases.size() == CHUNKS_PER_MOVE) {
                get.begin();
                get = new Get(listener);
            }
        }
        get.begin();
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

        void add(int index, ObjectMeta wanted, PagedChunk target, Optional<Lease> found) {
            if (found.isEmpty()) {
                miss(index, FailureKind.UNAVAILABLE, wanted.key() + " is not in the store");
                return;
            }
            StoredObject object = found.get().object();
            if (!object.meta().equals(wanted)) {
                found.get().release();
                miss(index, FailureKind.REFUSED, "what is in the store is " + object.meta() + ", wanted is " + wanted);
            } else if (cutsRows(object, target.rowBytes())) {
                found.get().release();
                miss(index, FailureKind.REFUSED, wanted.key() + " was stored in pieces that cut its rows");
            } else {
                indices.add(index);
                leases.add(found.get());
                long offset = 0;
                for (Span piece : object.pieces()) {
                    scatters.add(target.piece(offset, piece));
                    offset += piece.lengthBytes();
                }
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
                boolean damaged = digest && sum != object.digest();
                if (damaged) {
                    removeDamaged(object);
                }
                leases.get(i).release();
                if (damaged) {
                    missedDamaged(indices.get(i), object);
                } else {
                    listener.got(indices.get(i));
                }
            }
        }

        /** Bytes that changed in the store are of no use to anybody; but the key may have a new object by now. */
        private void removeDamaged(StoredObject object) {
            telemetry.add(Metric.DIGEST_MISMATCHES, 1);
            Optional<Lease> current = store.get(object.key(), clock.nanoTime(), ObjectStore.MAX_LEASE_NANOS);
            if (current.isPresent() && current.get().object().equals(object)) {
                store.remove(object.key());
            }
            current.ifPresent(Lease::release);
        }

        private void missedDamaged(int index, StoredObject object) {
            listener.missed(
                    index,
                    new KvTransferException(
                            FailureKind.CORRUPTED,
                            "get a chunk",
                            object.key() + " is not what was stored; it was removed"));
        }

        @Override
        public void failed(KvTransferException failure) {
            for (int i = 0; i < leases.size(); i++) {
                leases.get(i).release();
                listener.missed(indices.get(i), failure);
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
