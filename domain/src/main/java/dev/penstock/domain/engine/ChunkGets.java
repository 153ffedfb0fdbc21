// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * The gets of one retrieve, until all are told. Chunks are got as soon as it is known that they are there and all before
 * them: of the first layer block by block, of the others when it is known how many chunks there are.
 */
final class ChunkGets implements Stepwise {
    /** Of a layer behind the first one, so many chunks are got at once. */
    private static final int LARGEST_GET = 64;

    private final ChunkStore store;
    private final ChunkRun run;
    private final List<ChunkObjects> passes;
    private final PrefixAsks asks;
    private final LayerPrefixes prefixes;
    private final RetrieveListener listener;

    private int pass;
    private int begun;
    private boolean told;

    /**
     * Gets to come.
     *
     * @param passes the objects, of all layers or of one layer after the other
     * @param asks for the keys of these objects, held until all is over
     */
    ChunkGets(
            ChunkStore store,
            ChunkRun run,
            List<ChunkObjects> passes,
            PrefixAsks asks,
            LayerListener layerListener,
            RetrieveListener listener) {
        this.store = store;
        this.run = run;
        this.passes = passes;
        this.asks = asks;
        this.listener = listener;
        this.prefixes = new LayerPrefixes(run, passes.size(), layerListener);
    }

    @Override
    public int step(StepBudget budget) {
        int work = 0;
        // What is known is moved before more is hashed.
        while (!budget.isSpent() && get(budget)) {
            work++;
        }
        work += asks.step(budget);
        if (allBegun() && prefixes.underWay() == 0) {
            tell();
            work++;
        }
        return work;
    }

    private boolean allBegun() {
        return !asks.mayGrow() && !asks.awaitsAnswers() && (asks.known() == 0 || pass == passes.size());
    }

    /** Begins to get some chunks of a layer. Returns whether there was something to begin. */
    private boolean get(StepBudget budget) {
        if (pass == passes.size() || (begun == asks.known() && (begun == 0 || asks.mayGrow()))) {
            return false;
        }
        int from = begun;
        begun = Math.min(asks.known(), from + LARGEST_GET);
        if (from < begun) {
            get(from, begun, budget);
        }
        if (begun == asks.known() && !asks.mayGrow()) {
            prefixes.allBegun(pass, begun);
            pass++;
            begun = 0;
        }
        return true;
    }

    private void get(int from, int to, StepBudget budget) {
        List<ObjectMeta> metas = new ArrayList<>(to - from);
        List<PagedChunk> targets = new ArrayList<>(to - from);
        for (int chunk = from; chunk < to; chunk++) {
            metas.add(passes.get(pass).meta(chunk, asks.key(chunk, pass)));
            targets.add(passes.get(pass).paged(chunk));
            budget.object();
        }
        prefixes.begun(pass, to - from);
        try {
            store.get(metas, targets, new Slice(pass, from));
        } catch (KvTransferException e) {
            prefixes.missed(pass, from, to - from);
        }
    }

    private void tell() {
        told = true;
        asks.letGo();
        KvTransferException cause = asks.cause();
        if (cause != null && asks.known() == 0) {
            listener.failed(cause);
        } else {
            listener.retrieved(run.mask(Math.min(asks.known(), prefixes.goodChunks())));
        }
    }

    @Override
    public boolean waits() {
        return !told;
    }

    /** What one call of the store was asked for. */
    private final class Slice implements ChunkStore.ChunkListener {
        private final int ofPass;
        private final int from;

        Slice(int ofPass, int from) {
            this.ofPass = ofPass;
            this.from = from;
        }

        @Override
        public void got(int index) {
            prefixes.got(ofPass);
        }

        @Override
        public void missed(int index, KvTransferException cause) {
            prefixes.missed(ofPass, from + index, 1);
        }
    }
}
