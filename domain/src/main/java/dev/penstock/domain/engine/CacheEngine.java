// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.session.Duties;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores the KV of token sequences chunk by chunk, and finds and retrieves it by prefix.
 *
 * <p>A chunk is found under the hash of all tokens up to its end, so that a hit means that the whole prefix is the same.
 * Masks are LMCache's: some tokens at the start are not wanted (the inference engine has them), and their number is a
 * multiple of the chunk size. The slot mapping covers the whole sequence; -1 says that a token has no place in the paged
 * cache: that is allowed for tokens that are not wanted, and for a retrieve, which leaves such tokens out. A last chunk
 * that is not full takes part if the chunker was made so; otherwise its tokens are left alone.
 *
 * <p>Any number of operations may be under way at once. Methods belong to the loop's thread and never block. Listeners may be
 * told before a method returns.
 */
public final class CacheEngine {
    private final CacheKeySpace space;
    private final TokenChunker chunker;
    private final ChunkLayout layout;
    private final ChunkStore store;
    private final Memory memory;
    private final ArrayDeque<ChunkPuts> waiting = new ArrayDeque<>();

    /**
     * An engine, stepped with the node.
     *
     * @param space what beside the tokens makes up a chunk's key, the element type among it
     * @param chunker made of the same algorithm as the space; no one else may use it at the same time
     * @param layout the axis order of the chunk objects; not that of the layers of a layer-wise store
     * @param store where the chunks are
     * @param memory where the paged caches are
     * @param duties the node
     */
    public CacheEngine(
            CacheKeySpace space,
            TokenChunker chunker,
            ChunkLayout layout,
            ChunkStore store,
            Memory memory,
            Duties duties) {
        this.space = space;
        this.chunker = chunker;
        this.layout = layout;
        this.store = store;
        this.memory = memory;
        duties.addDuty(this::step);
    }

    /**
     * Begins to store a sequence. Chunks that are stored already are stored again. The cache's rows and the mapping must
     * stay as they are until the listener is told that they are released.
     *
     * @param tokens the sequence
     * @param skipTokens how many tokens at its start are not wanted
     * @param cache the paged cache
     * @param slotMapping the place of each token in it
     * @throws IllegalArgumentException if a token is negative, or the mask, the mapping or the cache does not fit; nothing
     *     was begun
     */
    public void store(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, StoreListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        List<PagedChunk> sources = paged(run, cache, 0, cache.layout().layers(), layout, slotMapping);
        sources.forEach(CacheEngine::requireAllPlaced);
        if (sources.isEmpty()) {
            listener.cacheReleased();
            listener.stored(0);
            return;
        }
        ChunkPuts puts = new ChunkPuts(store, run.size(), run::tokensOf, run.size(), listener);
        for (int chunk = 0; chunk < run.size(); chunk++) {
            PagedChunk source = sources.get(chunk);
            puts.add(chunk, meta(space.key(run.hash(chunk)), source), source);
        }
        begin(puts);
    }

    /**
     * Begins to store a sequence layer by layer, each layer when its KV has been computed. What is stored so is found by
     * {@link #lookupLayers} and {@link #retrieveLayers} alone.
     *
     * @return to be told when each layer is ready
     * @throws IllegalArgumentException as for {@link #store}
     */
    public LayerwiseStore storeLayers(
            int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, StoreListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        int layers = cache.layout().layers();
        paged(run, cache, 0, layers, layout, slotMapping).forEach(CacheEngine::requireAllPlaced);
        if (run.size() == 0) {
            listener.cacheReleased();
            listener.stored(0);
            return new LayerwiseStore(layers, layer -> {}, rest -> {});
        }
        ChunkPuts puts = new ChunkPuts(store, run.size(), run::tokensOf, run.size() * layers, listener);
        return new LayerwiseStore(
                layers,
                layer -> {
                    List<PagedChunk> sources = layerPaged(run, cache, layer, slotMapping);
                    for (int chunk = 0; chunk < run.size(); chunk++) {
                        PagedChunk source = sources.get(chunk);
                        puts.add(chunk, layerMeta(space.layerKey(run.hash(chunk), layer), source), source);
                    }
                    begin(puts);
                },
                rest -> puts.abandon(rest * run.size()));
    }

    /**
     * Asks how much of a sequence's start is stored.
     *
     * @param leaseNanos how long what is there is to be kept from eviction, as far as the store can do that; 0 for not at all
     * @throws IllegalArgumentException if a token is negative
     */
    public void lookup(int[] tokens, long leaseNanos, LookupListener listener) {
        ChunkRun run = ChunkRun.of(chunker, tokens, 0);
        ask(run.keys(space), 1, run, leaseNanos, listener);
    }

    /**
     * {@link #lookup} for what was stored layer by layer: a chunk counts when all its layers are there.
     *
     * @param layers how many layers there are, at least one
     * @throws IllegalArgumentException if a token is negative, or there is no layer
     */
    public void lookupLayers(int[] tokens, int layers, long leaseNanos, LookupListener listener) {
        if (layers <= 0) {
            throw new IllegalArgumentException("look up " + layers + " layers");
        }
        ChunkRun run = ChunkRun.of(chunker, tokens, 0);
        ask(run.layerKeysByChunk(space, layers), layers, run, leaseNanos, listener);
    }

    private void ask(List<String> keys, int keysPerChunk, ChunkRun run, long leaseNanos, LookupListener listener) {
        ChunkStore.PrefixListener answer = new ChunkStore.PrefixListener() {
            @Override
            public void found(int hits, Runnable hold) {
                listener.found(new Lookup(run.tokensOf(hits / keysPerChunk), hold));
            }

            @Override
            public void failed(KvTransferException cause) {
                listener.failed(cause);
            }
        };
        try {
            store.prefix(keys, leaseNanos, answer);
        } catch (KvTransferException e) {
            listener.failed(e);
        }
    }

    /**
     * Begins to bring what is stored of a sequence into a paged cache: the chunks from the first wanted one on, up to the
     * first that is not there. The mapping must stay as it is until the listener is told.
     *
     * @param tokens the sequence
     * @param skipTokens how many tokens at its start are not wanted
     * @param cache the paged cache
     * @param slotMapping the place of each token in it
     * @throws IllegalArgumentException if a token is negative, or the mask, the mapping or the cache does not fit; nothing
     *     was begun
     */
    public void retrieve(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, RetrieveListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        List<PagedChunk> targets = paged(run, cache, 0, cache.layout().layers(), layout, slotMapping);
        List<String> keys = run.keys(space);
        List<ObjectMeta> wanted = new ArrayList<>(run.size());
        for (int chunk = 0; chunk < run.size(); chunk++) {
            wanted.add(meta(keys.get(chunk), targets.get(chunk)));
        }
        LayerListener nobody = (layer, retrieved) -> {};
        new ChunkGets(store, run, listener, nobody).begin(keys, List.of(new ChunkGets.Layer(0, wanted, targets)));
    }

    /**
     * {@link #retrieve} for what was stored layer by layer. The layers are asked for in order, so that a forward pass can
     * begin with the first one while the others are on their way.
     *
     * @param layerListener told as each layer is done; not told if nothing is there
     * @throws IllegalArgumentException as for {@link #retrieve}
     */
    public void retrieveLayers(
            int[] tokens,
            int skipTokens,
            PagedKv cache,
            int[] slotMapping,
            LayerListener layerListener,
            RetrieveListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        int layers = cache.layout().layers();
        List<ChunkGets.Layer> gets = new ArrayList<>(layers);
        for (int layer = 0; layer < layers; layer++) {
            List<PagedChunk> targets = layerPaged(run, cache, layer, slotMapping);
            List<ObjectMeta> wanted = new ArrayList<>(run.size());
            for (int chunk = 0; chunk < run.size(); chunk++) {
                wanted.add(layerMeta(space.layerKey(run.hash(chunk), layer), targets.get(chunk)));
            }
            gets.add(new ChunkGets.Layer(layer, wanted, targets));
        }
        new ChunkGets(store, run, listener, layerListener).begin(run.layerKeysByChunk(space, layers), gets);
    }

    private int step() {
        int work = store.step();
        int count = waiting.size();
        for (int i = 0; i < count; i++) {
            ChunkPuts puts = waiting.remove();
            work += puts.pump();
            if (puts.waits()) {
                waiting.add(puts);
            }
        }
        return work;
    }

    private void begin(ChunkPuts puts) {
        puts.pump();
        // A layer-wise store may be waiting with an earlier layer already.
        if (puts.waits() && !waiting.contains(puts)) {
            waiting.add(puts);
        }
    }

    private ChunkRun run(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping) {
        if (slotMapping.length < tokens.length) {
            throw new IllegalArgumentException(
                    "a slot mapping of " + slotMapping.length + " entries for " + tokens.length + " tokens");
        }
        for (Span layer : cache.layers()) {
            long regionBytes = memory.region(layer.region()).lengthBytes();
            if (layer.endBytes() > regionBytes) {
                throw new IllegalArgumentException(
                        "a layer of the paged cache is at " + layer + ", its region has " + regionBytes + " bytes");
            }
        }
        return ChunkRun.of(chunker, tokens, skipTokens);
    }

    private static List<PagedChunk> layerPaged(ChunkRun run, PagedKv cache, int layer, int[] slotMapping) {
        return paged(run, cache, layer, 1, ChunkLayout.PLANES_FIRST, slotMapping);
    }

    private static List<PagedChunk> paged(
            ChunkRun run, PagedKv cache, int firstLayer, int layers, ChunkLayout layout, int[] slotMapping) {
        List<PagedChunk> chunks = new ArrayList<>(run.size());
        for (int chunk = 0; chunk < run.size(); chunk++) {
            PagedChunk paged =
                    new PagedChunk(cache, firstLayer, layers, layout, slotMapping, run.start(chunk), run.tokens(chunk));
            paged.checkSlots();
            chunks.add(paged);
        }
        return chunks;
    }

    private static void requireAllPlaced(PagedChunk paged) {
        for (int token = paged.firstToken(); token < paged.firstToken() + paged.tokens(); token++) {
            if (paged.slotMapping()[token] < 0) {
                throw new IllegalArgumentException(
                        "token " + token + " is to be stored but has no place in the paged cache");
            }
        }
    }

    private ObjectMeta meta(String key, PagedChunk paged) {
        PagedKvLayout cache = paged.cache().layout();
        int hidden = cache.rowBytes() / space.dtype().bytes();
        if (layout == ChunkLayout.LAYERS_FIRST) {
            KvShape shape = new KvShape(List.of(paged.layerCount(), cache.planes(), paged.tokens(), hidden));
            return new ObjectMeta(key, shape, space.dtype(), KvFormat.KV_L2TD, paged.tokens());
        }
        KvShape shape = new KvShape(List.of(cache.planes(), paged.layerCount(), paged.tokens(), hidden));
        KvFormat format = cache.planes() == 1 ? KvFormat.KV_MLA_FMT : KvFormat.KV_2LTD;
        return new ObjectMeta(key, shape, space.dtype(), format, paged.tokens());
    }

    private ObjectMeta layerMeta(String key, PagedChunk paged) {
        PagedKvLayout cache = paged.cache().layout();
        int hidden = cache.rowBytes() / space.dtype().bytes();
        KvShape shape = new KvShape(List.of(cache.planes(), paged.tokens(), hidden));
        return new ObjectMeta(key, shape, space.dtype(), KvFormat.KV_2TD, paged.tokens());
    }
}
