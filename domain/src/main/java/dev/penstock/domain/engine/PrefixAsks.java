// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store how many chunks of a run are there, from the first one on without a gap: block by block as they are hashed,
 * so that the first ones can be moved while the others are still hashed, and none behind a gap is. Blocks grow, since for a
 * store that is far away each is a call.
 */
final class PrefixAsks {
    private static final int FIRST_BLOCK = 4;
    private static final int LARGEST_BLOCK = 64;

    private final ChunkStore store;
    private final ChunkRun run;
    private final ChunkKeys chunkKeys;
    private final int keysPerChunk;
    private final long leaseNanos;

    private final List<String> keys = new ArrayList<>();
    /** Whose keys were made. */
    private int made;
    /** Of those, the ones that were asked for. */
    private int asked;

    private int blockChunks = FIRST_BLOCK;
    private final ArrayDeque<Block> unanswered = new ArrayDeque<>();
    /** From the sequence's end on. */
    private final ArrayDeque<Runnable> holds = new ArrayDeque<>();

    private int known;
    private boolean gap;
    private @Nullable KvTransferException cause;

    /**
     * Asks to come.
     *
     * @param leaseNanos how long what is there is to be kept from eviction; 0 for not at all
     */
    PrefixAsks(ChunkStore store, ChunkRun run, ChunkKeys chunkKeys, long leaseNanos) {
        this.store = store;
        this.run = run;
        this.keysPerChunk = chunkKeys.perChunk();
        this.leaseNanos = leaseNanos;
        this.chunkKeys = chunkKeys;
    }

    /** Goes on. Returns how much was done. */
    int step(StepBudget budget) {
        int work = 0;
        while (!gap && made < run.size() && run.reach(made, budget)) {
            chunkKeys.addTo(keys, made++);
            budget.keys(keysPerChunk);
            work++;
            if (made - asked == blockChunks || made == run.size()) {
                ask();
            }
        }
        return work;
    }

    private void ask() {
        Block block = new Block(made - asked);
        unanswered.add(block);
        List<String> ofBlock = List.copyOf(keys.subList(asked * keysPerChunk, made * keysPerChunk));
        asked = made;
        blockChunks = Math.min(LARGEST_BLOCK, 2 * blockChunks);
        try {
            store.prefix(ofBlock, leaseNanos, block);
        } catch (KvTransferException e) {
            block.failed(e);
        }
    }

    /** How many chunks are known to be there, from the first one on. */
    int known() {
        return known;
    }

    /** Whether more may still become known. */
    boolean mayGrow() {
        return !gap && known < run.size();
    }

    /** Whether something was asked and is not answered. */
    boolean awaitsAnswers() {
        return !unanswered.isEmpty();
    }

    /** Why the store could not be asked, or null: what was known before stays known. */
    @Nullable
    KvTransferException cause() {
        return cause;
    }

    /** The key of a chunk that is known, the first of its keys being number 0. */
    String key(int chunk, int number) {
        return keys.get(chunk * keysPerChunk + number);
    }

    /** Lets go of what the leases keep, the last chunk first; harmless the second time. */
    void letGo() {
        holds.forEach(Runnable::run);
    }

    private final class Block implements ChunkStore.PrefixListener {
        private final int chunks;
        private int hits = -1;

        Block(int chunks) {
            this.chunks = chunks;
        }

        @Override
        public void found(int hitKeys, Runnable hold) {
            hits = hitKeys / keysPerChunk;
            holds.addFirst(hold);
            takeAnswers();
        }

        @Override
        public void failed(KvTransferException why) {
            hits = 0;
            if (cause == null && !gap) {
                cause = why;
            }
            takeAnswers();
        }
    }

    /** Answers may come in any order; a block counts when those before it are whole. */
    private void takeAnswers() {
        Block block = unanswered.peek();
        while (block != null && block.hits >= 0) {
            unanswered.remove();
            if (!gap) {
                known += block.hits;
                gap = block.hits < block.chunks;
            }
            block = unanswered.peek();
        }
    }
}
