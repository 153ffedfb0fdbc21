// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The puts of one store, until all are settled. After a failure the chunks from there on are not put: behind a gap nobody
 * would find them.
 */
final class ChunkPuts {
    private record Put(int chunk, ObjectMeta meta, PagedChunk paged) {}

    private record Hold(int chunk, Runnable end) {}

    private final ChunkStore store;
    private final IntUnaryOperator tokensOfFirst;
    private final StoreListener listener;
    private final ArrayDeque<Put> queue = new ArrayDeque<>();
    /** Keep what is stored until all is: a sequence that is longer than the store must not evict its own start. */
    private final List<Hold> holds = new ArrayList<>();

    private int unsettled;
    private int unreleased;
    private int goodChunks;
    private @Nullable KvTransferException cause;

    /**
     * Puts to come.
     *
     * @param chunks chunks of the sequence
     * @param tokensOfFirst how many tokens the first so many chunks have
     * @param total how many puts will be added in all, at least one
     */
    ChunkPuts(ChunkStore store, int chunks, IntUnaryOperator tokensOfFirst, int total, StoreListener listener) {
        this.store = store;
        this.tokensOfFirst = tokensOfFirst;
        this.listener = listener;
        this.goodChunks = chunks;
        this.unsettled = total;
        this.unreleased = total;
    }

    void add(int chunk, ObjectMeta meta, PagedChunk paged) {
        queue.add(new Put(chunk, meta, paged));
    }

    boolean waits() {
        return !queue.isEmpty();
    }

    /** Puts as many as the store takes now. */
    int pump() {
        int work = 0;
        while (!queue.isEmpty()) {
            Put put = queue.peek();
            KvTransferException failure = cause;
            if (failure != null && put.chunk() >= goodChunks) {
                queue.remove();
                refused(put.chunk(), failure);
            } else {
                try {
                    if (!store.put(put.meta(), new SendSource.Gathered(put.paged()), new Settled(put.chunk()))) {
                        return work;
                    }
                    queue.remove();
                } catch (KvTransferException e) {
                    queue.remove();
                    refused(put.chunk(), e);
                }
            }
            work++;
        }
        return work;
    }

    /** The puts that were not added yet never will be. */
    void abandon(int puts) {
        KvTransferException abandoned =
                new KvTransferException(FailureKind.CLOSED, "store a sequence", "not all of its layers were computed");
        for (int i = 0; i < puts; i++) {
            refused(0, abandoned);
        }
    }

    private void refused(int chunk, KvTransferException failure) {
        Settled settled = new Settled(chunk);
        settled.sourceReleased();
        settled.failed(failure);
    }

    private final class Settled implements ChunkStore.PutListener {
        private final int chunk;

        Settled(int chunk) {
            this.chunk = chunk;
        }

        @Override
        public void sourceReleased() {
            if (--unreleased == 0) {
                listener.cacheReleased();
            }
        }

        @Override
        public void stored(Runnable hold) {
            holds.add(new Hold(chunk, hold));
            settled();
        }

        @Override
        public void failed(KvTransferException failure) {
            if (cause == null || chunk < goodChunks) {
                cause = failure;
            }
            goodChunks = Math.min(goodChunks, chunk);
            settled();
        }

        private void settled() {
            if (--unsettled > 0) {
                return;
            }
            // From the sequence's end, so that its start has been used last and is evicted last.
            holds.sort(Comparator.comparingInt(Hold::chunk).reversed());
            holds.forEach(hold -> hold.end().run());
            int storedTokens = tokensOfFirst.applyAsInt(goodChunks);
            if (cause == null) {
                listener.stored(storedTokens);
            } else {
                listener.failed(storedTokens, cause);
            }
        }
    }
}
