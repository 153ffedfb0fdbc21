// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import java.util.Arrays;

/** How far each layer of a run came: its good chunks from the first one on, and whether some of it is still under way. */
final class LayerPrefixes {
    private final ChunkRun run;
    private final LayerListener listener;
    private final int[] good;
    private final int[] untold;
    private final boolean[] complete;
    private int underWay;

    /**
     * Layers of which nothing is under way.
     *
     * @param layers how many there are; one, where chunks have all layers of the cache
     * @param listener told when a layer is over
     */
    LayerPrefixes(ChunkRun run, int layers, LayerListener listener) {
        this.run = run;
        this.listener = listener;
        this.good = new int[layers];
        this.untold = new int[layers];
        this.complete = new boolean[layers];
        Arrays.fill(good, run.size());
    }

    /** Further chunks of a layer are under way. */
    void begun(int layer, int chunks) {
        untold[layer] += chunks;
        underWay += chunks;
    }

    /** No further chunks of a layer will be begun; those from {@code chunks} on are not there. */
    void allBegun(int layer, int chunks) {
        good[layer] = Math.min(good[layer], chunks);
        complete[layer] = true;
        tellIfOver(layer);
    }

    /** A chunk that was under way is in its place. */
    void got(int layer) {
        told(layer, 1);
    }

    /** Chunks that were under way, from {@code chunk} on, will not come. */
    void missed(int layer, int chunk, int chunks) {
        good[layer] = Math.min(good[layer], chunk);
        told(layer, chunks);
    }

    private void told(int layer, int chunks) {
        untold[layer] -= chunks;
        underWay -= chunks;
        tellIfOver(layer);
    }

    private void tellIfOver(int layer) {
        if (complete[layer] && untold[layer] == 0) {
            listener.layerRetrieved(layer, run.tokensOf(good[layer]));
        }
    }

    /** Chunks under way, of all layers. */
    int underWay() {
        return underWay;
    }

    /** How many chunks from the first one on are there, with all their layers. */
    int goodChunks() {
        return Arrays.stream(good).min().orElse(0);
    }
}
