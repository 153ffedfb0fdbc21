// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.backend.AwaitedObjects;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The puts of one store, until all are settled. After a failure the chunks from there on are not put: behind a gap nobody
 * would find them.
 */
final class ChunkPuts implements Stepwise {
    /** Enough for the two parts that a pipe begins with: it places them before the next ones are hashed. */
    private static final int FIRST_CHUNKS = 2;
    /**
     * Up to this one each is put in a step of its own: the loop, which looks for what is filled, comes round in between. Then
     * the first write is under way, and there is time.
     */
    private static final int SINGLE_CHUNKS = 8;

    private record Hold(int chunk, Runnable end) {}

    private final ChunkStore store;
    private final ChunkRun run;
    private final AwaitedObjects awaited;
    private final StoreListener listener;
    /** What is ready: the chunks of all layers, or of one layer after the other. */
    private final ArrayDeque<ChunkObjects> passes = new ArrayDeque<>();
    /** The next chunk of the first pass. */
    private int next;
    /** That chunk, if it was made and the store did not take it yet. */
    private @Nullable ObjectMeta refusedMeta;

    /** Keep what is stored until all is: a sequence that is longer than the store must not evict its own start. */
    private final List<Hold> holds = new ArrayList<>();

    /** How many chunks were put, or refused. */
    private long begun;

    private int unsettled;
    private int unreleased;
    private int goodChunks;
    private @Nullable KvTransferException cause;

    /**
     * Puts to come.
     *
     * @param run the chunks, at least one
     * @param passes how many times all of them will be put: once, or once for each layer
     * @param awaited told of what is stored
     */
    ChunkPuts(ChunkStore store, ChunkRun run, int passes, AwaitedObjects awaited, StoreListener listener) {
        this.store = store;
        this.run = run;
        this.awaited = awaited;
        this.listener = listener;
        this.goodChunks = run.size();
        this.unsettled = run.size() * passes;
        this.unreleased = unsettled;
    }

    /** All chunks are ready in this form. */
    void add(ChunkObjects pass) {
        passes.add(pass);
    }

    @Override
    public boolean waits() {
        return !passes.isEmpty();
    }

    /** Puts as many as the store takes now. */
    @Override
    public int step(StepBudget budget) {
        int work = 0;
        ChunkObjects pass = passes.peek();
        while (pass != null && !budget.isSpent()) {
            KvTransferException failure = cause;
            if (failure != null && next >= goodChunks) {
                refused(next, failure);
            } else if (!run.reach(next, budget) || !put(pass, budget)) {
                return work;
            }
            work++;
            refusedMeta = null;
            if (++next == run.size()) {
                next = 0;
                passes.remove();
                pass = passes.peek();
            }
            begun++;
            if (begun >= FIRST_CHUNKS && begun <= SINGLE_CHUNKS) {
                break;
            }
        }
        return work;
    }

    private boolean put(ChunkObjects pass, StepBudget budget) {
        ObjectMeta meta = refusedMeta == null ? pass.meta(next, pass.key(next)) : refusedMeta;
        try {
            if (!store.put(meta, new SendSource.Gathered(pass.paged(next)), new Settled(next, meta.key()))) {
                refusedMeta = meta;
                return false;
            }
        } catch (KvTransferException e) {
            refused(next, e);
        }
        budget.object();
        return true;
    }

    /** Some of the passes that were not added yet never will be. */
    void abandon(int missingPasses) {
        KvTransferException abandoned =
                new KvTransferException(FailureKind.CLOSED, "store a sequence", "not all of its layers were computed");
        for (int i = 0; i < missingPasses * run.size(); i++) {
            refused(0, abandoned);
        }
    }

    private void refused(int chunk, KvTransferException failure) {
        Settled settled = new Settled(chunk, "");
        settled.sourceReleased();
        settled.failed(failure);
    }

    private final class Settled implements ChunkStore.PutListener {
        private final int chunk;
        private final String key;

        Settled(int chunk, String key) {
            this.chunk = chunk;
            this.key = key;
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
            awaited.kept(key);
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
            int storedTokens = run.tokensOf(goodChunks);
            if (cause == null) {
                listener.stored(storedTokens);
            } else {
                listener.failed(storedTokens, cause);
            }
        }
    }
}
