// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

/** Told as the layers of a layer-wise retrieve are done. Called on the loop's thread; must not throw or block. */
@FunctionalInterface
public interface LayerListener {
    /**
     * A layer is in the paged cache, and nothing writes to it any more.
     *
     * @param tokens how many tokens of it are there, from the first wanted one on
     */
    void layerRetrieved(int layer, int tokens);
}
