// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.backend.RemoteBackend;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.domain.fixture.StoreNode;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.ChunkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A node with a store and an engine over it, and a node with an engine over the first one's store. */
final class EngineScene {
    static final int[] ROW_BYTES = {8, 16, 40, 64, 96, 256, 320, 512};
    static final CacheKeySpace SPACE = new CacheKeySpace("llama", 2, 1, DType.BFLOAT16, HashAlgorithm.SHA256_CBOR);

    final Random random;
    final Nodes nodes;
    final int chunkTokens;
    final boolean partialTail;
    final ChunkLayout layout;
    final int layers;
    final int planes;
    final int rowBytes;
    final StoreNode store;
    final LocalChunkStore chunks;
    final CacheEngine local;
    final TestNode client;
    final CacheEngine remote;
    final Nodes.Connection connection;

    EngineScene(Random random) {
        this(random, 200, random.nextBoolean());
    }

    EngineScene(Random random, int pages, boolean partialTail) {
        this(random, Nodes.working(random), pages, partialTail, ROW_BYTES[random.nextInt(ROW_BYTES.length)]);
    }

    EngineScene(Random random, Nodes nodes, int pages, boolean partialTail, int rowBytes) {
        this(random, nodes, pages, partialTail, rowBytes, null);
    }

    /** With tiers below the store's, or not. */
    EngineScene(
            Random random, Nodes nodes, int pages, boolean partialTail, int rowBytes, StoreNode.@Nullable Below below) {
        this.random = random;
        this.nodes = nodes;
        this.partialTail = partialTail;
        this.rowBytes = rowBytes;
        chunkTokens = 1 + random.nextInt(9);
        layout = random.nextBoolean() ? ChunkLayout.LAYERS_FIRST : ChunkLayout.PLANES_FIRST;
        layers = 1 + random.nextInt(4);
        planes = 1 + random.nextInt(2);
        long pageBytes = 4096L << random.nextInt(2);
        PipeConfig pipe =
                new PipeConfig(1 + random.nextInt(3), true, 512, 1 + random.nextInt(30), 1 + random.nextInt(2));
        TestNode storeNode = nodes.start("store", pipe);
        store = new StoreNode(nodes, storeNode, pageBytes, pages, "lru", 1 + random.nextInt(20_000), below);
        chunks = new LocalChunkStore(store.tiers(), storeNode.mover(), storeNode.counters(), true);
        local = engine(chunks, store.awaited(), storeNode);
        client = nodes.start("client", pipe);
        RemoteBackend backend = new RemoteBackend(client.counters());
        remote = engine(new RemoteChunkStore(backend), null, client);
        connection = nodes.connect(
                client,
                client.plan(
                        Optional.of(Inbound.ring(client.ring(4 * pageBytes), pageBytes, backend.inboundSink())),
                        backend.handler(new SessionHandler() {})),
                storeNode,
                store.plan());
    }

    private CacheEngine engine(ChunkStore chunks, @Nullable AwaitedChunks awaited, TestNode node) {
        return new CacheEngine(SPACE, chunker(), layout, chunks, awaited, node.memory(), node.node());
    }

    /** One more engine over the store, of another tenant. */
    CacheEngine tenant(HashAlgorithm algorithm, Salt salt) {
        return new CacheEngine(
                new CacheKeySpace("llama", 2, 1, DType.BFLOAT16, algorithm),
                HashConfig.of(algorithm, "0", salt).chunker(salt, chunkTokens, partialTail),
                layout,
                chunks,
                store.node().memory(),
                store.node().node());
    }

    /** As the engines have one each. */
    TokenChunker chunker() {
        return HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).chunker(Salt.NONE, chunkTokens, partialTail);
    }

    TestNode nodeOf(CacheEngine engine) {
        return engine == remote ? client : store.node();
    }

    PagedCache cache(CacheEngine engine, int tokens) {
        return PagedCache.of(nodeOf(engine), random, layers, planes, rowBytes, tokens);
    }

    CacheEngine anyEngine() {
        return random.nextBoolean() ? local : remote;
    }

    int[] tokens(int count) {
        return random.ints(count, 0, 150_000).toArray();
    }

    /** How many of the first tokens are in chunks. */
    int chunked(int tokens) {
        return partialTail ? tokens : tokens / chunkTokens * chunkTokens;
    }

    Stored store(CacheEngine engine, int[] tokens, int skip, PagedCache cache) {
        Stored stored = new Stored();
        engine.store(tokens, skip, cache.kv(), cache.slots(), stored);
        nodes.until("it is stored", stored::isTold);
        return stored;
    }

    int lookup(CacheEngine engine, int[] tokens) {
        return lookup(engine, tokens, 0).hitTokens();
    }

    Lookup lookup(CacheEngine engine, int[] tokens, long leaseNanos) {
        Looked looked = new Looked();
        engine.lookup(tokens, leaseNanos, looked);
        return looked.answer(nodes);
    }

    int lookupLayers(CacheEngine engine, int[] tokens) {
        Looked looked = new Looked();
        engine.lookupLayers(tokens, layers, 0, looked);
        return looked.answer(nodes).hitTokens();
    }

    Retrieved retrieve(CacheEngine engine, int[] tokens, int skip, PagedCache cache, int[] slots) {
        Retrieved retrieved = new Retrieved();
        engine.retrieve(tokens, skip, cache.kv(), slots, retrieved);
        nodes.until("it is retrieved", retrieved::isTold);
        return retrieved;
    }

    /** Retrieves into a new cache and checks every byte of it. */
    void requireRetrieved(CacheEngine engine, int[] tokens, int skip, long seed, int expected) {
        PagedCache into = cache(engine, tokens.length);
        Retrieved retrieved = retrieve(engine, tokens, skip, into, into.slots());
        assertThat(retrieved.mask()).isEqualTo(mask(tokens.length, skip, skip + expected));
        into.requireTokens(seed, into.slots(), retrieved.mask(), skip + expected);
    }

    static boolean[] mask(int tokens, int from, int to) {
        boolean[] mask = new boolean[tokens];
        for (int i = from; i < to; i++) {
            mask[i] = true;
        }
        return mask;
    }

    void close() {
        nodes.close();
        assertThat(store.nothingIsLeased()).isTrue();
    }

    /** What became of a store. */
    static final class Stored implements StoreListener {
        private int told;
        private int released;
        private int tokens;
        private @Nullable KvTransferException cause;

        @Override
        public void cacheReleased() {
            if (released++ > 0) {
                throw new AssertionError("released twice");
            }
        }

        @Override
        public void stored(int storedTokens) {
            tell(storedTokens);
        }

        @Override
        public void failed(int storedTokens, KvTransferException why) {
            tell(storedTokens);
            cause = why;
        }

        private void tell(int storedTokens) {
            if (told++ > 0) {
                throw new AssertionError("told twice");
            }
            tokens = storedTokens;
        }

        boolean isReleased() {
            return released > 0;
        }

        boolean isTold() {
            return told > 0 && isReleased();
        }

        int tokens() {
            return tokens;
        }

        @Nullable
        KvTransferException cause() {
            return cause;
        }
    }

    /** The keys of a sequence's chunks. */
    List<String> keys(int[] tokens) {
        ChunkRun run = ChunkRun.of(chunker(), tokens, 0);
        List<String> keys = new ArrayList<>();
        for (int chunk = 0; chunk < run.size(); chunk++) {
            keys.add(SPACE.key(run.hash(chunk)));
        }
        return keys;
    }

    /** The answer to a lookup. */
    static final class Looked implements LookupListener {
        private @Nullable Lookup lookup;
        private @Nullable KvTransferException cause;
        private int told;

        @Override
        public void found(Lookup answer) {
            lookup = answer;
            told++;
        }

        @Override
        public void failed(KvTransferException why) {
            cause = why;
            told++;
        }

        Lookup answer(Nodes nodes) {
            nodes.until("there is an answer", () -> told > 0);
            if (lookup == null || told > 1) {
                throw new AssertionError("told " + told + " times", cause);
            }
            return lookup;
        }

        @Nullable
        KvTransferException cause() {
            return cause;
        }
    }

    /** What became of a retrieve. */
    static final class Retrieved implements RetrieveListener, LayerListener {
        private final List<Integer> layers = new ArrayList<>();
        private boolean[] mask = {};
        private @Nullable KvTransferException cause;
        private int told;

        @Override
        public void retrieved(boolean[] there) {
            mask = there;
            tell();
        }

        @Override
        public void failed(KvTransferException why) {
            cause = why;
            tell();
        }

        @Override
        public void layerRetrieved(int layer, int tokens) {
            assertThat(told).isZero();
            layers.add(layer);
        }

        private void tell() {
            if (told++ > 0) {
                throw new AssertionError("told twice");
            }
        }

        boolean isTold() {
            return told > 0;
        }

        boolean[] mask() {
            assertThat(cause).isNull();
            return mask;
        }

        List<Integer> layers() {
            return layers;
        }

        @Nullable
        KvTransferException cause() {
            return cause;
        }
    }
}
