// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.backend.AwaitedObjects;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.session.Duties;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKv;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores the KV of token sequences chunk by chunk, and finds and retrieves it by prefix.
 *
 * <p>A chunk is found under the hash of all tokens up to its end, so that a hit means that the whole prefix is the same.
 * Masks are LMCache's: some tokens at the start are not wanted (the inference engine has them), and their number is a
 * multiple of the chunk size. The slot mapping covers the whole sequence; -1 says that a token has no place in the paged
 * cache: that is allowed for tokens that are not wanted, and for a retrieve, which leaves such tokens out. A last chunk
 * that is not full takes part if the chunker was made so; otherwise its tokens are left alone.
 *
 * <p>Hashing goes on while chunks move: a step of the engine hashes and begins a few, and then it is the pipe's turn.
 *
 * <p>Any number of operations may be under way at once. Methods belong to the loop's thread and never block. Listeners may be
 * told before a method returns.
 */
public final class CacheEngine {
    private final CacheKeySpace space;
    private final PagedSequences sequences;
    private final ChunkLayout layout;
    private final ChunkStore store;
    private final @Nullable AwaitedChunks awaited;
    private final Operations operations = new Operations();

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
        this(space, chunker, layout, store, null, memory, duties);
    }

    /**
     * An engine that can {@linkplain #await wait} for what peers put into its node's store.
     *
     * @param awaited of that store, and asked by the sinks of its sessions
     */
    public CacheEngine(
            CacheKeySpace space,
            TokenChunker chunker,
            ChunkLayout layout,
            ChunkStore store,
            @Nullable AwaitedChunks awaited,
            Memory memory,
            Duties duties) {
        this.space = space;
        this.sequences = new PagedSequences(chunker, memory);
        this.layout = layout;
        this.store = store;
        this.awaited = awaited;
        duties.addDuty(() -> store.step() + operations.step());
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
        ChunkRun run = sequences.toStore(tokens, skipTokens, cache, slotMapping);
        if (run.size() == 0) {
            listener.cacheReleased();
            listener.stored(0);
            return;
        }
        ChunkPuts puts = new ChunkPuts(store, run, 1, awaitedHere(), listener);
        puts.add(ChunkObjects.whole(space, run, cache, slotMapping, layout));
        operations.begin(puts);
    }

    /** Those who wait for chunks in the node's store hear of what this engine puts there too. */
    private AwaitedObjects awaitedHere() {
        return awaited == null ? AwaitedObjects.NONE : awaited;
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
        ChunkRun run = sequences.toStore(tokens, skipTokens, cache, slotMapping);
        int layers = cache.layout().layers();
        if (run.size() == 0) {
            listener.cacheReleased();
            listener.stored(0);
            return new LayerwiseStore(layers, layer -> {}, rest -> {});
        }
        ChunkPuts puts = new ChunkPuts(store, run, layers, awaitedHere(), listener);
        return new LayerwiseStore(
                layers,
                layer -> {
                    puts.add(ChunkObjects.ofLayer(space, run, cache, slotMapping, layer));
                    operations.begin(puts);
                },
                puts::abandon);
    }

    /**
     * Asks how much of a sequence's start is stored.
     *
     * @param leaseNanos how long what is there is to be kept from eviction, as far as the store can do that; 0 for not at all,
     *     {@link ObjectStore#MAX_LEASE_NANOS} to pin it until it is released
     * @throws IllegalArgumentException if a token is negative
     */
    public void lookup(int[] tokens, long leaseNanos, LookupListener listener) {
        ChunkRun run = sequences.unplaced(tokens, 0);
        lookUp(run, ChunkKeys.whole(space, run), leaseNanos, listener);
    }

    /**
     * {@link #lookup} for what was stored layer by layer: a chunk counts when all its layers are there.
     *
     * @param layers how many layers there are, at least one
     * @throws IllegalArgumentException if a token is negative, or there is no layer
     */
    public void lookupLayers(int[] tokens, int layers, long leaseNanos, LookupListener listener) {
        ChunkRun run = sequences.unplaced(tokens, 0);
        lookUp(run, ChunkKeys.ofLayers(space, run, layers), leaseNanos, listener);
    }

    private void lookUp(ChunkRun run, ChunkKeys keys, long leaseNanos, LookupListener listener) {
        operations.begin(new PrefixLookup(new PrefixAsks(store, run, keys, leaseNanos), run, listener));
    }

    /**
     * Begins to remove what is stored of a sequence. What was leased before stays where it is until its lease ends, but is not
     * found any more.
     *
     * @param tokens the sequence
     * @param skipTokens how many tokens at its start are to stay
     * @throws IllegalArgumentException if a token is negative, or the mask does not fit; nothing was begun
     */
    public void remove(int[] tokens, int skipTokens, RemoveListener listener) {
        ChunkRun run = sequences.unplaced(tokens, skipTokens);
        operations.begin(new ChunkRemoves(store, run, ChunkKeys.whole(space, run), listener));
    }

    /**
     * {@link #remove} for what was stored layer by layer.
     *
     * @param layers how many layers there are, at least one
     * @throws IllegalArgumentException as for {@link #remove}, or if there is no layer
     */
    public void removeLayers(int[] tokens, int skipTokens, int layers, RemoveListener listener) {
        ChunkRun run = sequences.unplaced(tokens, skipTokens);
        operations.begin(new ChunkRemoves(store, run, ChunkKeys.ofLayers(space, run, layers), listener));
    }

    /**
     * Removes everything from the store, whoever stored it.
     *
     * @return how many objects there were
     * @throws KvTransferException of kind REFUSED if the store is a peer's: that may be others' too
     */
    public int clear() {
        return store.clear();
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
        ChunkRun run = sequences.toRetrieve(tokens, skipTokens, cache, slotMapping);
        LayerListener nobody = (layer, retrieved) -> {};
        operations.begin(new ChunkGets(
                store,
                run,
                List.of(ChunkObjects.whole(space, run, cache, slotMapping, layout)),
                new PrefixAsks(store, run, ChunkKeys.whole(space, run), ObjectStore.MAX_LEASE_NANOS),
                nobody,
                listener));
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
        ChunkRun run = sequences.toRetrieve(tokens, skipTokens, cache, slotMapping);
        int layers = cache.layout().layers();
        operations.begin(new ChunkGets(
                store,
                run,
                ChunkObjects.ofLayers(space, run, cache, slotMapping),
                new PrefixAsks(store, run, ChunkKeys.ofLayers(space, run, layers), ObjectStore.MAX_LEASE_NANOS),
                layerListener,
                listener));
    }

    /**
     * {@link #retrieve} that waits for what is not stored yet: chunks that are stored are brought into the paged cache at
     * once, the others as they arrive from peers or are stored here, in any order. A chunk that this retrieve alone waits for goes straight from
     * the page in which it arrived to its place, and is not kept in the store; one that two retrieves wait for is kept, and
     * both get it from there.
     *
     * <p>The listener is told when all chunks are there, or else when the time is over, or the wait was cancelled, or a chunk
     * will not come, and all before it have: because its put failed, its bytes were damaged on the way or in the store, its
     * session was lost while it arrived, or because what came is not the same in shape, type and format. A lost session alone
     * ends nothing: the peer may come back.
     *
     * @param waitNanos how long to wait at most, positive
     * @throws IllegalArgumentException as for {@link #retrieve}
     * @throws IllegalStateException if the engine was made without {@link AwaitedChunks}
     */
    public AwaitedRetrieve await(
            int[] tokens, int skipTokens, PagedKv cache, int[] slotMapping, long waitNanos, RetrieveListener listener) {
        ChunkRun run = sequences.toRetrieve(tokens, skipTokens, cache, slotMapping);
        ChunkObjects whole = ChunkObjects.whole(space, run, cache, slotMapping, layout);
        return await(run, List.of(whole), waitNanos, (layer, retrieved) -> {}, listener);
    }

    /**
     * {@link #await} for what is stored layer by layer.
     *
     * @param layerListener told of each layer, in the order in which they are over, which is that of the store as long as
     *     nothing fails: a forward pass can begin with layer 0 while the peer computes the last one
     * @throws IllegalArgumentException as for {@link #retrieve}
     * @throws IllegalStateException as for {@link #await}
     */
    public AwaitedRetrieve awaitLayers(
            int[] tokens,
            int skipTokens,
            PagedKv cache,
            int[] slotMapping,
            long waitNanos,
            LayerListener layerListener,
            RetrieveListener listener) {
        ChunkRun run = sequences.toRetrieve(tokens, skipTokens, cache, slotMapping);
        return await(run, ChunkObjects.ofLayers(space, run, cache, slotMapping), waitNanos, layerListener, listener);
    }

    private AwaitedRetrieve await(
            ChunkRun run,
            List<ChunkObjects> passes,
            long waitNanos,
            LayerListener layerListener,
            RetrieveListener listener) {
        if (awaited == null) {
            throw new IllegalStateException(
                    "this engine was made without a way to wait: give it the AwaitedChunks of its node's store");
        }
        if (waitNanos <= 0 || waitNanos > ObjectStore.MAX_LEASE_NANOS) {
            throw new IllegalArgumentException("wait for " + waitNanos + " ns");
        }
        ChunkWaits waits = new ChunkWaits(store, awaited, run, passes, waitNanos, layerListener, listener);
        operations.begin(waits);
        return new AwaitedRetrieve(waits);
    }
}
