// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The objects that the chunks of a run are, and where their rows are in a paged cache: of all layers, or of one. */
final class ChunkObjects {
    private static final int ALL_LAYERS = -1;

    private final CacheKeySpace space;
    private final ChunkRun run;
    private final PagedKv cache;
    private final int[] slotMapping;
    private final ChunkLayout layout;
    private final int layer;
    /** The shape of the chunk before, which is that of the next one too, but for the last chunk. */
    private @Nullable KvShape shape;

    private int shapeTokens;

    private ChunkObjects(
            CacheKeySpace space, ChunkRun run, PagedKv cache, int[] slotMapping, ChunkLayout layout, int layer) {
        this.space = space;
        this.run = run;
        this.cache = cache;
        this.slotMapping = slotMapping;
        this.layout = layout;
        this.layer = layer;
    }

    /** Chunks of all layers. */
    static ChunkObjects whole(CacheKeySpace space, ChunkRun run, PagedKv cache, int[] slotMapping, ChunkLayout layout) {
        return new ChunkObjects(space, run, cache, slotMapping, layout, ALL_LAYERS);
    }

    /** Chunks of one layer. */
    static ChunkObjects ofLayer(CacheKeySpace space, ChunkRun run, PagedKv cache, int[] slotMapping, int layer) {
        return new ChunkObjects(space, run, cache, slotMapping, ChunkLayout.PLANES_FIRST, layer);
    }

    /** Chunks of each of the cache's layers. */
    static List<ChunkObjects> ofLayers(CacheKeySpace space, ChunkRun run, PagedKv cache, int[] slotMapping) {
        List<ChunkObjects> layers = new ArrayList<>(cache.layout().layers());
        for (int layer = 0; layer < cache.layout().layers(); layer++) {
            layers.add(ofLayer(space, run, cache, slotMapping, layer));
        }
        return layers;
    }

    /** The key of a chunk; hashes as far as that takes. */
    String key(int chunk) {
        long hash = run.hash(chunk);
        return layer == ALL_LAYERS ? space.key(hash) : space.layerKey(hash, layer);
    }

    /** What a chunk's object is, given its {@link #key}. */
    ObjectMeta meta(int chunk, String key) {
        int tokens = run.tokens(chunk);
        KvShape its = shape;
        if (its == null || tokens != shapeTokens) {
            its = shapeOf(tokens);
            shape = its;
            shapeTokens = tokens;
        }
        return new ObjectMeta(key, its, space.dtype(), format(), tokens);
    }

    private KvShape shapeOf(int tokens) {
        PagedKvLayout paged = cache.layout();
        int hidden = paged.rowBytes() / space.dtype().bytes();
        if (layer != ALL_LAYERS) {
            return KvShape.of(paged.planes(), tokens, hidden);
        }
        return layout == ChunkLayout.LAYERS_FIRST
                ? KvShape.of(paged.layers(), paged.planes(), tokens, hidden)
                : KvShape.of(paged.planes(), paged.layers(), tokens, hidden);
    }

    private KvFormat format() {
        if (layer != ALL_LAYERS) {
            return KvFormat.KV_2TD;
        }
        if (layout == ChunkLayout.LAYERS_FIRST) {
            return KvFormat.KV_L2TD;
        }
        return cache.layout().planes() == 1 ? KvFormat.KV_MLA_FMT : KvFormat.KV_2LTD;
    }

    /** Where a chunk's rows are. */
    PagedChunk paged(int chunk) {
        int first = layer == ALL_LAYERS ? 0 : layer;
        int count = layer == ALL_LAYERS ? cache.layout().layers() : 1;
        return new PagedChunk(cache, first, count, layout, slotMapping, run.start(chunk), run.tokens(chunk));
    }
}
