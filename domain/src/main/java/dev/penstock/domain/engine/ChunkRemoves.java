// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The removal of a run's chunks, until all is told. Begins with the first chunk, without which the others are not found. */
final class ChunkRemoves implements Stepwise {
    /** Keys of one call of the store. */
    private static final int BLOCK_KEYS = 64;

    private final ChunkStore store;
    private final ChunkRun run;
    private final ChunkKeys keys;
    private final RemoveListener listener;
    private final List<String> block = new ArrayList<>();
    private int next;
    private int unanswered;
    private int removed;
    private @Nullable KvTransferException cause;
    private boolean told;

    ChunkRemoves(ChunkStore store, ChunkRun run, ChunkKeys keys, RemoveListener listener) {
        this.store = store;
        this.run = run;
        this.keys = keys;
        this.listener = listener;
    }

    @Override
    public int step(StepBudget budget) {
        int work = 0;
        while (cause == null && next < run.size() && run.reach(next, budget)) {
            keys.addTo(block, next++);
            budget.keys(keys.perChunk());
            work++;
            if (block.size() >= BLOCK_KEYS || next == run.size()) {
                remove();
            }
        }
        if (unanswered == 0 && (next == run.size() || cause != null)) {
            tell();
            work++;
        }
        return work;
    }

    private void remove() {
        List<String> ofBlock = List.copyOf(block);
        block.clear();
        unanswered++;
        RemoveListener answer = new RemoveListener() {
            @Override
            public void removed(int objects) {
                removed += objects;
                unanswered--;
            }

            @Override
            public void failed(KvTransferException why) {
                cause = why;
                unanswered--;
            }
        };
        try {
            store.remove(ofBlock, answer);
        } catch (KvTransferException e) {
            answer.failed(e);
        }
    }

    private void tell() {
        told = true;
        KvTransferException why = cause;
        if (why == null) {
            listener.removed(removed);
        } else {
            listener.failed(why);
        }
    }

    @Override
    public boolean waits() {
        return !told;
    }
}
