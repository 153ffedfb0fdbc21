// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import java.util.BitSet;
import java.util.Objects;
import java.util.function.IntConsumer;

/** A store that goes on layer by layer. Its listener is told when all layers are settled. */
public final class LayerwiseStore {
    private final int layers;
    private final IntConsumer begin;
    private final BitSet begun = new BitSet();

    LayerwiseStore(int layers, IntConsumer begin) {
        this.layers = layers;
        this.begin = begin;
    }

    /**
     * A layer's KV is in the paged cache: begins to store it. In any order, each layer once.
     *
     * @throws IllegalStateException if the layer was begun before
     */
    public void layerReady(int layer) {
        Objects.checkIndex(layer, layers);
        if (begun.get(layer)) {
            throw new IllegalStateException("layer " + layer + " was stored before");
        }
        begun.set(layer);
        begin.accept(layer);
    }
}
