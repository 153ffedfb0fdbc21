// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.CacheKeySpace;
import java.util.List;

/** Makes the keys of a run's chunks: one for each, or one for each layer of each. */
final class ChunkKeys {
    private final CacheKeySpace space;
    private final ChunkRun run;
    private final int layers;

    private ChunkKeys(CacheKeySpace space, ChunkRun run, int layers) {
        this.space = space;
        this.run = run;
        this.layers = layers;
    }

    /** Of chunks that are stored whole. */
    static ChunkKeys whole(CacheKeySpace space, ChunkRun run) {
        return new ChunkKeys(space, run, 0);
    }

    /** Of chunks whose layers are stored by themselves. */
    static ChunkKeys ofLayers(CacheKeySpace space, ChunkRun run, int layers) {
        if (layers <= 0) {
            throw new IllegalArgumentException(layers + " layers");
        }
        return new ChunkKeys(space, run, layers);
    }

    /** How many keys each chunk has; it is there when they all are. */
    int perChunk() {
        return Math.max(1, layers);
    }

    /** Adds the keys of a chunk, by layer. Hashes as far as that takes. */
    void addTo(List<String> keys, int chunk) {
        long hash = run.hash(chunk);
        if (layers == 0) {
            keys.add(space.key(hash));
        }
        for (int layer = 0; layer < layers; layer++) {
            keys.add(space.layerKey(hash, layer));
        }
    }
}
