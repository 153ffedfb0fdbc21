// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
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
 * that is not full takes part if the chunker was made so.
 *
 * <p>Any number of operations may be under way at once. Methods belong to the loop's thread and never block.
 */
public final class CacheEngine {
    private final CacheKeySpace space;
    private final TokenChunker chunker;
    private final ChunkLayout layout;
    private final ChunkStore store;
    private final ArrayDeque<ChunkPuts> waiting = new ArrayDeque<>();

    /**
     * An engine.
     *
     * @param space what beside the tokens makes up a chunk's key, the element type among it
     * @param layout the axis order of the chunk objects
     */
    public CacheEngine(CacheKeySpace space, TokenChunker chunker, ChunkLayout layout, ChunkStore store) {
        this.space = space;
        this.chunker = chunker;
        this.layout = layout;
        this.store = store;
    }

    /**
     * Begins to store a sequence. Chunks that are stored already are stored again. The cache's rows and the mapping must
     * stay as they are until the listener is told that they are released.
     *
     * @param tokens the sequence
     * @param skipTokens how many tokens at its start are not wanted
     * @param cache the paged cache
     * @param slotMapping the place of each token in it
     * @throws IllegalArgumentException if the mask, the mapping or the cache does not fit; nothing was begun
     */
    public void store(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, StoreListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        ChunkPuts puts = new ChunkPuts(store, run.size(), run::tokensOf, run.size(), listener);
        for (int chunk = 0; chunk < run.size(); chunk++) {
            PagedChunk paged = paged(run, chunk, cache, 0, cache.layout().layers(), slotMapping, layout);
            requireAllPlaced(paged);
            puts.add(chunk, meta(space.key(run.hash(chunk)), paged), paged);
        }
        begin(puts);
    }

    /**
     * Begins to store a sequence layer by layer, each layer when its KV has been computed.
     *
     * @return to be told when each layer is ready
     * @throws IllegalArgumentException as for {@link #store}
     */
    public LayerwiseStore storeLayers(
            int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, StoreListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        int layers = cache.layout().layers();
        for (int chunk = 0; chunk < run.size(); chunk++) {
            requireAllPlaced(paged(run, chunk, cache, 0, layers, slotMapping, layout));
        }
        ChunkPuts puts = new ChunkPuts(store, run.size(), run::tokensOf, run.size() * layers, listener);
        if (run.size() == 0) {
            begin(puts);
            return new LayerwiseStore(layers, layer -> {});
        }
        return new LayerwiseStore(layers, layer -> {
            for (int chunk = 0; chunk < run.size(); chunk++) {
                PagedChunk paged = paged(run, chunk, cache, layer, 1, slotMapping, ChunkLayout.PLANES_FIRST);
                puts.add(chunk, layerMeta(space.layerKey(run.hash(chunk), layer), paged), paged);
            }
            begin(puts);
        });
    }

    /**
     * Asks how much of a sequence's start is stored.
     *
     * @param leaseNanos how long what is there is to be kept from eviction; 0 for not at all
     */
    public void lookup(int[] tokens, long leaseNanos, LookupListener listener) {
        ChunkRun run = ChunkRun.of(chunker, tokens, 0);
        ask(run.keys(space), 1, run, leaseNanos, listener);
    }

    /** {@link #lookup} for what was stored layer by layer: a chunk counts when all its layers are there. */
    public void lookupLayers(int[] tokens, int layers, long leaseNanos, LookupListener listener) {
        ChunkRun run = ChunkRun.of(chunker, tokens, 0);
        ask(run.layerKeysByChunk(space, layers), layers, run, leaseNanos, listener);
    }

    private void ask(List<String> keys, int keysPerChunk, ChunkRun run, long leaseNanos, LookupListener listener) {
        store.prefix(keys, leaseNanos, new ChunkStore.PrefixListener() {
            @Override
            public void found(int hits, Runnable hold) {
                listener.found(new Lookup(run.tokensOf(hits / keysPerChunk), hold));
            }

            @Override
            public void failed(KvTransferException cause) {
                listener.failed(cause);
            }
        });
    }

    /**
     * Begins to bring what is stored of a sequence into a paged cache: the chunks from the first wanted one on, up to the
     * first that is not there. The mapping must stay as it is until the listener is told.
     *
     * @param tokens the sequence
     * @param skipTokens how many tokens at its start are not wanted
     * @param cache the paged cache
     * @param slotMapping the place of each token in it
     * @throws IllegalArgumentException if the mask, the mapping or the cache does not fit; nothing was begun
     */
    public void retrieve(int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, RetrieveListener listener) {
        ChunkRun run = run(tokens, skipTokens, cache, slotMapping);
        List<PagedChunk> targets = new ArrayList<>(run.size());
        for (int chunk = 0; chunk < run.size(); chunk++) {
            targets.add(paged(run, chunk, cache, 0, cache.layout().layers(), slotMapping, layout));
        }
        new ChunkGets(store, run, listener).begin(run.keys(space), List.of(new ChunkGets.Layer(0, run.keys(space), targets)));
    }

    /**
     * {@link #retrieve} for what was stored layer by layer. The layers come in order, so that a forward pass can begin with
     * the first one while the others are on their way.
     *
     * @param layerListener told as each layer is done
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
            List<PagedChunk> targets = new ArrayList<>(run.size());
            for (int chunk = 0; chunk < run.size(); chunk++) {
                targets.add(paged(run, chunk, cache, layer, 1, slotMapping, ChunkLayout.PLANES_FIRST));
            }
            gets.add(new ChunkGets.Layer(layer, run.layerKeys(space, layer), targets));
        }
        new ChunkGets(store, run, listener, layerListener).begin(run.layerKeysByChunk(space, layers), gets);
    }

    /** Goes on with what waits for room. To be called from the loop's step. Returns how much was done. */
    public int step() {
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
        if (cache.layout().rowBytes() % space.dtype().bytes() != 0) {
            throw new IllegalArgumentException("rows of " + cache.layout().rowBytes() + " bytes of " + space.dtype().label());
        }
        return ChunkRun.of(chunker, tokens, skipTokens);
    }

    private static PagedChunk paged(
            ChunkRun run, int chunk, PagedKv cache, int firstLayer, int layers, int[] slotMapping, ChunkLayout layout) {
        PagedChunk paged =
                new PagedChunk(cache, firstLayer, layers, layout, slotMapping, run.start(chunk), run.tokens(chunk));
        paged.checkSlots();
        return paged;
    }

    private static void requireAllPlaced(PagedChunk paged) {
        for (int token = paged.firstToken(); token < paged.firstToken() + paged.tokens(); token++) {
            if (paged.slotMapping()[token] < 0) {
                throw new IllegalArgumentException("token " + token + " is to be stored but has no place in the paged cache");
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
