// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.Patience;
import dev.penstock.app.program.engine.SimulatedForward.LayerArrivals;
import dev.penstock.domain.engine.AwaitedRetrieve;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.ports.memory.PagedKv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** What is brought into the paged cache in one round: a sequence of each worker, the same tokens for all. */
final class Retrieval {
    /** From the senders' last acknowledgement until it is known here what became of it. */
    private static final Duration LAST_STEP = Duration.ofSeconds(2);

    private final List<CacheEngine> engines;
    private final PagedKv kv;
    private final int[] tokens;
    private final boolean layerwise;
    private final List<int[]> slots;
    private final List<RetrieveOutcome> outcomes = new ArrayList<>();
    private final LayerArrivals layers;

    /**
     * Nothing is begun.
     *
     * @param engines one for each worker
     * @param layers layers of the cache
     * @param layerwise whether each layer is stored by itself
     */
    Retrieval(List<CacheEngine> engines, PagedCache cache, int[] tokens, int layers, boolean layerwise) {
        this.engines = engines;
        this.kv = cache.kv();
        this.tokens = tokens;
        this.layerwise = layerwise;
        this.layers = new LayerArrivals(layers, engines.size());
        this.slots =
                IntStream.range(0, engines.size()).mapToObj(cache::slotMapping).toList();
        engines.forEach(engine -> outcomes.add(new RetrieveOutcome(tokens.length)));
    }

    /** Brings what is stored. On the loop's thread. */
    void begin() {
        for (int worker = 0; worker < engines.size(); worker++) {
            CacheEngine engine = engines.get(worker);
            if (layerwise) {
                engine.retrieveLayers(tokens, 0, kv, slots.get(worker), layers.listener(), outcomes.get(worker));
            } else {
                engine.retrieve(tokens, 0, kv, slots.get(worker), outcomes.get(worker));
            }
        }
    }

    /** Waits for what is not stored yet. On the loop's thread. */
    List<AwaitedRetrieve> await(long waitNanos) {
        List<AwaitedRetrieve> begun = new ArrayList<>();
        for (int worker = 0; worker < engines.size(); worker++) {
            CacheEngine engine = engines.get(worker);
            int[] places = slots.get(worker);
            RetrieveOutcome outcome = outcomes.get(worker);
            begun.add(
                    layerwise
                            ? engine.awaitLayers(tokens, 0, kv, places, waitNanos, layers.listener(), outcome)
                            : engine.await(tokens, 0, kv, places, waitNanos, outcome));
        }
        return begun;
    }

    /** Which layers are there, where they are stored by themselves. */
    LayerArrivals layers() {
        return layers;
    }

    /**
     * Waits until nothing more comes, or the senders say that nothing more will.
     *
     * @return whether all that was waited for has come, or failed
     */
    boolean arrives(Patience patience, BooleanSupplier sendersDone) {
        patience.until(() -> isOver() || sendersDone.getAsBoolean(), () -> {});
        // What was acknowledged is in its place; those who wait for it hear of that a step later.
        long deadline = System.nanoTime() + LAST_STEP.toNanos();
        patience.until(() -> isOver() || System.nanoTime() - deadline > 0, () -> {});
        return isOver();
    }

    private boolean isOver() {
        return outcomes.stream().allMatch(outcome -> outcome.done().isDone());
    }

    /** Waits until all of it is there. Returns when that was, as {@link System#nanoTime} tells it. */
    long ended(Patience patience) {
        long ended = Long.MIN_VALUE;
        for (RetrieveOutcome outcome : outcomes) {
            ended = Math.max(ended, patience.await(outcome.done(), () -> {}));
        }
        return ended;
    }
}
