// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import java.util.BitSet;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * A store that goes on layer by layer. Its listener is told when all layers are settled, so each must be begun, or the rest
 * {@linkplain #abandon abandoned}.
 */
public final class LayerwiseStore {
    private final int layers;
    private final IntConsumer begin;
    private final IntConsumer abandon;
    private final BitSet begun = new BitSet();

    /**
     * A store of no layer yet.
     *
     * @param begin told a layer that is ready
     * @param abandon told how many layers never will be
     */
    LayerwiseStore(int layers, IntConsumer begin, IntConsumer abandon) {
        this.layers = layers;
        this.begin = begin;
        this.abandon = abandon;
    }

    /**
     * A layer's KV is in the paged cache: begins to store it. In any order, each layer once.
     *
     * @throws IndexOutOfBoundsException if there is no such layer
     * @throws IllegalStateException if the layer was begun before, or the rest was abandoned
     */
    public void layerReady(int layer) {
        Objects.checkIndex(layer, layers);
        if (begun.get(layer)) {
            throw new IllegalStateException("layer " + layer + " was begun before, or abandoned");
        }
        begun.set(layer);
        begin.accept(layer);
    }

    /** The layers that were not begun will not be: the store fails with kind CLOSED. Does nothing if all were begun. */
    public void abandon() {
        int rest = layers - begun.cardinality();
        begun.set(0, layers);
        if (rest > 0) {
            abandon.accept(rest);
        }
    }
}
