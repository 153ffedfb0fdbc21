// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.loop.EventLoop;
import dev.penstock.app.loop.Unwrapped;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.Lookup;
import dev.penstock.domain.engine.LookupListener;
import dev.penstock.ports.KvTransferException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Asks the engines again and again how much of a sequence is stored, until all of it is. Belongs to the run's thread. */
final class ChunkPoll {
    private static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Of the loop's time, asking may take one part in so many: the loop has the chunks to receive. */
    private static final int PAUSE_FACTOR = 20;

    private final EventLoop loop;
    private final List<CacheEngine> engines;
    private final int[] tokens;
    private final int layers;
    private final BooleanSupplier sendersDone;

    private int complete;
    private int hitTokens;
    private @Nullable CompletableFuture<Integer> answer;
    private boolean askedLast;
    private boolean missing;
    private long askedAt;
    private long askAgainAt = System.nanoTime();

    /**
     * Looks up the sequence in each engine.
     *
     * @param layers how many layers are stored by themselves, 0 if chunks are stored whole
     * @param sendersDone whether the senders believe that all is stored; what is missing then was lost
     */
    ChunkPoll(EventLoop loop, List<CacheEngine> engines, int[] tokens, int layers, BooleanSupplier sendersDone) {
        this.loop = loop;
        this.engines = engines;
        this.tokens = tokens;
        this.layers = layers;
        this.sendersDone = sendersDone;
    }

    /** Asks, if it is time to. Returns whether there is nothing to wait for any more. */
    boolean over() {
        CompletableFuture<Integer> asked = answer;
        if (asked == null) {
            if (System.nanoTime() - askAgainAt >= 0) {
                ask();
            }
            return false;
        }
        if (!asked.isDone()) {
            return false;
        }
        answer = null;
        take(asked);
        return missing || complete == engines.size();
    }

    private void ask() {
        // Before the question: what they know to be stored must be found.
        askedLast = sendersDone.getAsBoolean();
        askedAt = System.nanoTime();
        CompletableFuture<Integer> asked = new CompletableFuture<>();
        Hits hits = new Hits(asked);
        CacheEngine engine = engines.get(complete);
        answer = asked;
        loop.submit(() -> {
                    if (layers == 0) {
                        engine.lookup(tokens, 0, hits);
                    } else {
                        engine.lookupLayers(tokens, layers, 0, hits);
                    }
                    return true;
                })
                .whenComplete((begun, thrown) -> {
                    if (thrown != null) {
                        asked.completeExceptionally(thrown);
                    }
                });
    }

    private void take(CompletableFuture<Integer> asked) {
        try {
            hitTokens = asked.join();
        } catch (CompletionException e) {
            throw Unwrapped.of(e);
        }
        long now = System.nanoTime();
        if (hitTokens == tokens.length) {
            complete++;
            hitTokens = 0;
            askAgainAt = now;
        } else {
            missing = askedLast;
            askAgainAt = now + Math.max(SHORTEST_PAUSE_NS, PAUSE_FACTOR * (now - askedAt));
        }
    }

    /** How many tokens of all engines together were found so far. */
    long foundTokens() {
        return (long) complete * tokens.length + hitTokens;
    }

    private record Hits(CompletableFuture<Integer> answer) implements LookupListener {
        @Override
        public void found(Lookup lookup) {
            lookup.release();
            answer.complete(lookup.hitTokens());
        }

        @Override
        public void failed(KvTransferException cause) {
            answer.completeExceptionally(cause);
        }
    }
}
