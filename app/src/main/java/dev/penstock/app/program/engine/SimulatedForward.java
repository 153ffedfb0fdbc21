// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.Patience;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.SimulatedWork;
import dev.penstock.domain.engine.LayerListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** A forward pass that only takes its time, layer by layer. Belongs to the run's thread. */
final class SimulatedForward {
    private final RoleContext context;
    private final Duration perLayer;
    private final int layers;

    /**
     * A pass of a model.
     *
     * @param perLayer what each layer takes; zero for a pass that is over at once
     */
    SimulatedForward(RoleContext context, Duration perLayer, int layers) {
        this.context = context;
        this.perLayer = perLayer;
        this.layers = layers;
    }

    /** A pass whose layers' KV is wanted: {@code computed} is told each layer as it is over. Returns the time of the end. */
    long compute(IntConsumer computed) {
        for (int layer = 0; layer < layers; layer++) {
            SimulatedWork.of(perLayer, context.interruption());
            computed.accept(layer);
        }
        return System.nanoTime();
    }

    /**
     * A pass that needs each layer's KV before it computes that layer.
     *
     * @return for how many nanoseconds it waited
     */
    long consume(LayerArrivals arrivals) {
        long waited = 0;
        for (int layer = 0; layer < layers; layer++) {
            long began = System.nanoTime();
            arrivals.await(layer, context.patience());
            waited += System.nanoTime() - began;
            SimulatedWork.of(perLayer, context.interruption());
        }
        return waited;
    }

    /** Which layers of all sequences are there. */
    static final class LayerArrivals {
        private final List<CompletableFuture<Long>> there = new ArrayList<>();
        private final int[] missing;

        /**
         * None is.
         *
         * @param sequences how many sequences each layer comes for
         */
        LayerArrivals(int layers, int sequences) {
            missing = new int[layers];
            for (int layer = 0; layer < layers; layer++) {
                there.add(new CompletableFuture<>());
                missing[layer] = sequences;
            }
        }

        /** Listens for one of the sequences; whether all of a layer came, its retrieve's outcome tells. */
        LayerListener listener() {
            return (layer, tokens) -> {
                if (--missing[layer] == 0) {
                    there.get(layer).complete(System.nanoTime());
                }
            };
        }

        void await(int layer, Patience patience) {
            patience.await(there.get(layer), () -> {});
        }
    }
}
