// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayDeque;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The puts of one store, until all are settled. */
final class ChunkPuts {
    private record Put(int chunk, ObjectMeta meta, PagedChunk paged) {}

    private final ChunkStore store;
    private final IntUnaryOperator tokensOfFirst;
    private final StoreListener listener;
    private final ArrayDeque<Put> queue = new ArrayDeque<>();
    private int unsettled;
    private int unreleased;
    private int goodChunks;
    private @Nullable KvTransferException cause;

    /**
     * Puts to come.
     *
     * @param chunks chunks of the sequence
     * @param tokensOfFirst how many tokens the first so many chunks have
     * @param total how many puts will be added in all
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
        if (unsettled == 0) {
            listener.cacheReleased();
            listener.stored(0);
            return 0;
        }
        int work = 0;
        while (!queue.isEmpty()) {
            Put put = queue.peek();
            try {
                if (!store.put(put.meta(), new SendSource.Gathered(put.paged()), new Settled(put.chunk()))) {
                    return work;
                }
                queue.remove();
            } catch (KvTransferException e) {
                queue.remove();
                Settled refused = new Settled(put.chunk());
                refused.sourceReleased();
                refused.failed(e);
            }
            work++;
        }
        return work;
    }

    private final class Settled implements SendListener {
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
        public void acknowledged() {
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
            int storedTokens = tokensOfFirst.applyAsInt(goodChunks);
            if (cause == null) {
                listener.stored(storedTokens);
            } else {
                listener.failed(storedTokens, cause);
            }
        }
    }
}
