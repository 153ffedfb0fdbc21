// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * One retrieve that waits: gets what is stored, and takes the rest as it arrives, in any order. Behind a chunk that will not
 * come nothing is waited for.
 */
final class ChunkWaits implements Stepwise {
    /** Wants to know nothing. */
    private static final ChunkStore.PrefixListener NOBODY = new ChunkStore.PrefixListener() {
        @Override
        public void found(int hits, Runnable hold) {}

        @Override
        public void failed(KvTransferException cause) {}
    };

    /** Looked for in the store at once. */
    private static final int LARGEST_BLOCK = 16;

    private final ChunkStore store;
    private final AwaitedChunks awaited;
    private final ChunkRun run;
    private final List<ChunkObjects> passes;
    private final LayerPrefixes prefixes;
    private final RetrieveListener listener;
    private final long deadlineNanos;

    /** All that were registered, in the order of passes and chunks. */
    private final List<ChunkWait> waits = new ArrayList<>();
    /** How many of them were looked for in the store. */
    private int lookedFor;

    /** The keys of those that were stored before. */
    private final List<String> stored = new ArrayList<>();

    private int pass;
    private int next;
    /** The chunks before this one may still come. */
    private int hopeful;
    /** Waits behind {@link #hopeful} may have to be withdrawn. */
    private boolean cut;

    private boolean over;
    private boolean told;

    ChunkWaits(
            ChunkStore store,
            AwaitedChunks awaited,
            ChunkRun run,
            List<ChunkObjects> passes,
            long waitNanos,
            LayerListener layerListener,
            RetrieveListener listener) {
        this.store = store;
        this.awaited = awaited;
        this.run = run;
        this.passes = passes;
        this.listener = listener;
        this.prefixes = new LayerPrefixes(run, passes.size(), layerListener);
        this.deadlineNanos = awaited.nanoTime() + waitNanos;
        this.hopeful = run.size();
    }

    @Override
    public boolean waits() {
        return !told;
    }

    /** Whether each chunk is waited for, there, or given up. */
    boolean isRegistered() {
        return pass == passes.size();
    }

    /** No more is waited for. */
    void giveUp() {
        if (!over) {
            over = true;
            cut = true;
        }
    }

    @Override
    public int step(StepBudget budget) {
        if (awaited.nanoTime() - deadlineNanos >= 0) {
            giveUp();
        }
        int work = 0;
        if (cut) {
            cut = false;
            work += withdraw();
        }
        while (pass < passes.size() && (over || next >= hopeful)) {
            endPass();
            work++;
        }
        while (pass < passes.size() && !budget.isSpent() && run.reach(next, budget)) {
            register();
            budget.object();
            work++;
            if (next >= hopeful) {
                endPass();
            }
        }
        lookInStore();
        if (pass == passes.size() && prefixes.underWay() == 0) {
            tell();
            work++;
        }
        return work;
    }

    private void tell() {
        told = true;
        if (!stored.isEmpty()) {
            // All of them were used, and the first is to be evicted last.
            store.prefix(stored, 0, NOBODY);
        }
        listener.retrieved(run.mask(prefixes.goodChunks()));
    }

    private void endPass() {
        prefixes.allBegun(pass, next);
        pass++;
        next = 0;
    }

    private void register() {
        ChunkObjects objects = passes.get(pass);
        ChunkWait wait = new ChunkWait(pass, next, objects.meta(next, objects.key(next)), objects.paged(next));
        next++;
        waits.add(wait);
        prefixes.begun(wait.pass, 1);
        awaited.add(wait);
    }

    /** What was stored before is got; what is stored from here on finds the one who waits for it. */
    private void lookInStore() {
        while (lookedFor < waits.size()) {
            int to = Math.min(waits.size(), lookedFor + LARGEST_BLOCK);
            new Look(List.copyOf(waits.subList(lookedFor, to))).ask();
            lookedFor = to;
        }
    }

    private int withdraw() {
        int withdrawn = 0;
        for (ChunkWait wait : waits) {
            if (wait.state == State.WAITING && (over || wait.chunk >= hopeful)) {
                awaited.remove(wait);
                wait.miss();
                withdrawn++;
            }
        }
        return withdrawn;
    }

    private enum State {
        /** Registered. */
        WAITING,
        /** On its way to its place. */
        MOVING,
        /** Told. */
        OVER
    }

    private final class ChunkWait implements AwaitedChunks.Wait {
        private final int pass;
        private final int chunk;
        private final ObjectMeta wanted;
        private final PagedChunk target;
        private State state = State.WAITING;

        ChunkWait(int pass, int chunk, ObjectMeta wanted, PagedChunk target) {
            this.pass = pass;
            this.chunk = chunk;
            this.wanted = wanted;
            this.target = target;
        }

        @Override
        public ObjectMeta wanted() {
            return wanted;
        }

        @Override
        public PagedChunk target() {
            return target;
        }

        @Override
        public void taken() {
            state = State.MOVING;
        }

        @Override
        public void arrived() {
            state = State.OVER;
            prefixes.got(pass);
        }

        @Override
        public void dropped(KvTransferException cause) {
            miss();
        }

        @Override
        public void kept() {
            get(List.of(this));
        }

        void miss() {
            state = State.OVER;
            if (chunk < hopeful) {
                hopeful = chunk;
                cut = true;
            }
            prefixes.missed(pass, chunk, 1);
        }
    }

    private void get(List<ChunkWait> there) {
        List<ObjectMeta> wanted = new ArrayList<>(there.size());
        List<PagedChunk> targets = new ArrayList<>(there.size());
        for (ChunkWait wait : there) {
            wait.state = State.MOVING;
            wanted.add(wait.wanted);
            targets.add(wait.target);
        }
        try {
            store.get(wanted, targets, new ChunkStore.ChunkListener() {
                @Override
                public void got(int index) {
                    there.get(index).arrived();
                }

                @Override
                public void missed(int index, KvTransferException cause) {
                    there.get(index).dropped(cause);
                }
            });
        } catch (KvTransferException e) {
            there.forEach(ChunkWait::miss);
        }
    }

    /** Looks for some chunks in the store, which knows prefixes: after a gap it is asked again. */
    private final class Look implements ChunkStore.PrefixListener {
        private List<ChunkWait> rest;

        Look(List<ChunkWait> waits) {
            this.rest = waits;
        }

        void ask() {
            try {
                store.prefix(rest.stream().map(wait -> wait.wanted.key()).toList(), 0, this);
            } catch (KvTransferException e) {
                failed(e);
            }
        }

        @Override
        public void found(int hits, Runnable hold) {
            List<ChunkWait> there = new ArrayList<>(hits);
            for (ChunkWait wait : rest.subList(0, hits)) {
                if (wait.state == State.WAITING) {
                    awaited.remove(wait);
                    there.add(wait);
                    stored.add(wait.wanted.key());
                }
            }
            if (!there.isEmpty()) {
                get(there);
            }
            if (hits + 1 < rest.size()) {
                rest = rest.subList(hits + 1, rest.size());
                ask();
            }
        }

        @Override
        public void failed(KvTransferException cause) {
            // What arrives is taken all the same.
        }
    }
}
