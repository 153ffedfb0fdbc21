// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.console.SilentOutput;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.NodeSettings;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.node.RunningNode;
import dev.penstock.app.program.Patience;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.run.Device;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.backend.BackendService;
import dev.penstock.domain.backend.RemoteBackend;
import dev.penstock.domain.backend.StoreSink;
import dev.penstock.domain.engine.AwaitedChunks;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.ChunkStore;
import dev.penstock.domain.engine.LocalChunkStore;
import dev.penstock.domain.engine.Lookup;
import dev.penstock.domain.engine.LookupListener;
import dev.penstock.domain.engine.RemoteChunkStore;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.session.Acceptor;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.session.SessionPlan;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.tier.StoreTier;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedKvLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several threads store and retrieve at once, through the loops of two nodes with one store. */
@Timeout(120)
class EngineThreadsTest {
    private static final int THREADS = 6;
    private static final int TURNS = 12;
    private static final int CHUNK_TOKENS = 16;
    private static final int CHUNKS = 40;
    private static final int TOKENS = CHUNKS * CHUNK_TOKENS;
    private static final long PAGE_BYTES = 64 << 10;
    private static final PagedKvLayout LAYOUT = new PagedKvLayout(2, 2, TOKENS / 8 + 5, 8, 256);
    private static final SessionTerms TERMS =
            new SessionTerms("threads", "loopback", "host", "m", "", "bfloat16", CHUNK_TOKENS, "", "mum64-v1");

    @TempDir
    Path directory;

    private RoleContext keeping;
    private RoleContext far;
    private CacheEngine keepingEngine;
    private CacheEngine farEngine;

    private RoleContext start(String name) {
        NodeId id = new NodeId(name);
        long second = Duration.ofSeconds(1).toNanos();
        PipeConfig pipe = new PipeConfig(3, true, 4096, 64, 4);
        SessionConfig session =
                new SessionConfig(20 * second, second / 10, second / 2, 10 * second, 20 * second, 0, pipe);
        RunningNode node = RunningNode.start(
                new LoopbackTransportProvider(directory),
                new NodeSettings(id, session, Device.CPU, Optional.empty()),
                IdleStrategy.PARK);
        RunSettings settings = new RunSettings(
                new Sizes(KvShape.of(2, 2, CHUNK_TOKENS, 128), DType.BFLOAT16, 1, 1 << 20, PAGE_BYTES, 1),
                1,
                1,
                1,
                true,
                false,
                Duration.ofSeconds(20),
                new ControlAddress("localhost", 0),
                IdleStrategy.PARK,
                Device.CPU,
                0,
                Optional.empty());
        Interruption interruption = Interruption.none();
        Patience patience = new Patience(node.loop(), interruption, settings.longestWait());
        return new RoleContext(id, node, settings, new SilentOutput(), interruption, patience);
    }

    private static Ring ring(RoleContext context, long bytes) {
        return Ring.allocate(
                context.node().ports().memory(), context.node().ports().transport(), bytes);
    }

    private static CacheEngine engine(RoleContext context, ChunkStore chunks, @Nullable AwaitedChunks awaited) {
        return new CacheEngine(
                new CacheKeySpace("m", 1, 0, DType.BFLOAT16, HashAlgorithm.SHA256_CBOR),
                HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).chunker(Salt.NONE, CHUNK_TOKENS, false),
                ChunkLayout.LAYERS_FIRST,
                chunks,
                awaited,
                context.node().ports().memory(),
                context.node().node());
    }

    @BeforeEach
    void open() throws Exception {
        keeping = start("keeping");
        far = start("far");
        ControlAddress address = keeping.node().call("open the store", this::listen);
        CompletableFuture<Session> opened = new CompletableFuture<>();
        farEngine = far.node().call("connect", () -> {
            RemoteBackend backend = new RemoteBackend(far.node().ports().telemetry());
            SessionHandler handler = backend.handler(new SessionHandler() {
                @Override
                public void opened(Session session) {
                    opened.complete(session);
                }

                @Override
                public void failed(Session session, KvTransferException cause) {
                    opened.completeExceptionally(cause);
                }
            });
            Inbound inbound = Inbound.ring(ring(far, 8 * PAGE_BYTES), PAGE_BYTES, backend.inboundSink());
            far.node()
                    .node()
                    .connect(
                            address,
                            new SessionPlan(TERMS, Optional.of(inbound), page -> ring(far, 8 * page), handler));
            return engine(far, new RemoteChunkStore(backend), null);
        });
        opened.get(30, TimeUnit.SECONDS);
    }

    private ControlAddress listen() {
        var ports = keeping.node().ports();
        PagePool pool = new PagePool(ring(keeping, 800 * PAGE_BYTES).region(), PAGE_BYTES);
        ObjectStore store = new ObjectStore(pool, EvictionPolicies.parse("lru"), ports.telemetry());
        AwaitedChunks awaited = new AwaitedChunks(System::nanoTime);
        TieredStore tiers = new TieredStore(new StoreTier(store, pool), System::nanoTime, ports.telemetry());
        BackendService service = new BackendService(
                tiers, ports.transport(), 1 << 20, keeping.node().node());
        keepingEngine = engine(keeping, new LocalChunkStore(tiers, ports.mover(), ports.telemetry(), true), awaited);
        Inbound inbound = Inbound.store(pool, tiers::takePage, new StoreSink(store, awaited));
        return keeping.node().node().listen(new ControlAddress("localhost", 0), new Acceptor() {
            @Override
            public SessionTerms terms() {
                return TERMS;
            }

            @Override
            public SessionPlan plan(Hello hello) {
                return new SessionPlan(TERMS, Optional.of(inbound), page -> ring(keeping, 8 * page), service);
            }
        });
    }

    @AfterEach
    void close() {
        far.node().close();
        keeping.node().close();
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int own = thread;
                all.add(threads.submit(() -> takeTurns(own)));
            }
            for (Future<?> one : all) {
                one.get(100, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void takeTurns(int thread) {
        PagedCache nearCache = PagedCache.allocate(keeping, LAYOUT, TOKENS, thread);
        PagedCache farCache = PagedCache.allocate(far, LAYOUT, TOKENS, 100 + thread);
        for (int turn = 0; turn < TURNS; turn++) {
            int[] tokens = new Random(31L * thread + turn).ints(TOKENS, 0, 1000).toArray();
            boolean storesFar = turn % 3 != 0;
            boolean awaits = turn % 3 == 1;
            boolean retrievesFar = turn % 3 == 0;
            PagedCache from = storesFar ? farCache : nearCache;
            PagedCache into = retrievesFar ? farCache : nearCache;
            into.poison(1);
            from.fill(0, thread, turn);
            RetrieveOutcome retrieved = new RetrieveOutcome(TOKENS);
            if (awaits) {
                keeping.node()
                        .call(
                                "wait for a sequence",
                                () -> keepingEngine.await(
                                        tokens,
                                        0,
                                        into.kv(),
                                        into.slotMapping(0),
                                        TimeUnit.SECONDS.toNanos(60),
                                        retrieved));
            }
            StoreOutcome stored = new StoreOutcome(TOKENS);
            (storesFar ? far : keeping).node().call("store a sequence", () -> {
                (storesFar ? farEngine : keepingEngine).store(tokens, 0, from.kv(), from.slotMapping(0), stored);
                return true;
            });
            stored.done().orTimeout(60, TimeUnit.SECONDS).join();
            if (!awaits) {
                CacheEngine asking = retrievesFar ? farEngine : keepingEngine;
                RoleContext there = retrievesFar ? far : keeping;
                assertThat(lookup(there, asking, tokens)).isEqualTo(TOKENS);
                there.node().call("retrieve a sequence", () -> {
                    asking.retrieve(tokens, 0, into.kv(), into.slotMapping(0), retrieved);
                    return true;
                });
            }
            retrieved.done().orTimeout(60, TimeUnit.SECONDS).join();
            assertThat(into.deviation(0, thread, turn)).isEmpty();
            assertThat(into.trespass(1)).isEmpty();
        }
    }

    private static int lookup(RoleContext there, CacheEngine asking, int[] tokens) {
        CompletableFuture<Integer> hits = new CompletableFuture<>();
        there.node().call("look a sequence up", () -> {
            asking.lookup(tokens, TimeUnit.SECONDS.toNanos(1), new LookupListener() {
                @Override
                public void found(Lookup lookup) {
                    hits.complete(lookup.hitTokens());
                    lookup.release();
                }

                @Override
                public void failed(KvTransferException cause) {
                    hits.completeExceptionally(cause);
                }
            });
            return true;
        });
        return hits.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
