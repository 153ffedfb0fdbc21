// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.domain.engine.EngineScene.Looked;
import dev.penstock.domain.engine.EngineScene.Retrieved;
import dev.penstock.domain.engine.EngineScene.Stored;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.Faults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheEngineTest {
    @Test
    void shouldBringBackWhatWasStoredOnWhicheverSideEitherIsAsked() {
        for (int run = 0; run < 60; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int[] tokens = scene.tokens(1 + random.nextInt(50));
                long seed = random.nextLong();
                CacheEngine storing = scene.anyEngine();
                PagedCache from = scene.cache(storing, tokens.length);
                from.compute(seed);
                Stored stored = scene.store(storing, tokens, 0, from);
                assertThat(stored.cause()).isNull();
                assertThat(stored.tokens()).isEqualTo(scene.chunked(tokens.length));

                CacheEngine asking = scene.anyEngine();
                assertThat(scene.lookup(asking, tokens)).isEqualTo(scene.chunked(tokens.length));
                scene.requireRetrieved(asking, tokens, 0, seed, scene.chunked(tokens.length));
                int skip = random.nextInt(tokens.length / scene.chunkTokens + 1) * scene.chunkTokens;
                scene.requireRetrieved(asking, tokens, skip, seed, Math.max(0, scene.chunked(tokens.length) - skip));
                scene.close();
            });
        }
    }

    @Test
    void shouldFindPrefixesAndStopAtTheFirstGap() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int size = scene.chunkTokens;
                int[] tokens = scene.tokens(6 * size);
                long seed = random.nextLong();
                CacheEngine storing = scene.anyEngine();
                PagedCache from = scene.cache(storing, tokens.length);
                from.compute(seed);
                scene.store(storing, tokens, 0, from);
                CacheEngine asking = scene.anyEngine();

                assertThat(scene.lookup(asking, Arrays.copyOf(tokens, 3 * size)))
                        .isEqualTo(3 * size);
                int[] longer = Arrays.copyOf(tokens, 8 * size);
                Arrays.fill(longer, 6 * size, 8 * size, 7);
                assertThat(scene.lookup(asking, longer)).isEqualTo(6 * size);
                // Another token in the third chunk: that one and all behind it are other chunks.
                int[] other = tokens.clone();
                other[2 * size + random.nextInt(size)] ^= 1;
                assertThat(scene.lookup(asking, other)).isEqualTo(2 * size);
                scene.requireRetrieved(asking, other, 0, seed, 2 * size);
                assertThat(scene.lookup(asking, new int[0])).isZero();

                List<String> keys = scene.keys(tokens);
                assertThat(scene.store.store().remove(keys.get(3))).isTrue();
                assertThat(scene.lookup(asking, tokens)).isEqualTo(3 * size);
                scene.requireRetrieved(asking, tokens, 0, seed, 3 * size);
                scene.requireRetrieved(asking, tokens, 3 * size, seed, 0);
                scene.requireRetrieved(asking, tokens, 4 * size, seed, 2 * size);
                // Only what is missing is stored again.
                Stored again = scene.store(storing, tokens, 3 * size, from);
                assertThat(again.tokens()).isEqualTo(3 * size);
                scene.requireRetrieved(asking, tokens, 0, seed, 6 * size);
                scene.close();
            });
        }
    }

    @Test
    void shouldTakeTheLastPartialChunkOnlyIfItIsToldTo() {
        for (boolean partial : List.of(true, false)) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 100, partial);
                int[] tokens = scene.tokens(2 * scene.chunkTokens + random.nextInt(scene.chunkTokens));
                PagedCache from = scene.cache(scene.local, tokens.length);
                from.compute(1);
                int stored = partial ? tokens.length : 2 * scene.chunkTokens;
                assertThat(scene.store(scene.local, tokens, 0, from).tokens()).isEqualTo(stored);
                assertThat(scene.lookup(scene.local, tokens)).isEqualTo(stored);
                scene.requireRetrieved(scene.local, tokens, 0, 1, stored);
                scene.close();
            });
        }
    }

    @Test
    void shouldLeaveOutTokensWithoutAPlaceWhenItRetrieves() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 200, true);
                int[] tokens = scene.tokens(1 + random.nextInt(40));
                CacheEngine storing = scene.anyEngine();
                PagedCache from = scene.cache(storing, tokens.length);
                from.compute(5);
                scene.store(storing, tokens, 0, from);
                CacheEngine asking = scene.anyEngine();
                PagedCache into = scene.cache(asking, tokens.length);
                int[] slots = into.slots().clone();
                for (int i = 0; i < slots.length; i++) {
                    slots[i] = random.nextInt(3) == 0 ? -1 : slots[i];
                }
                Retrieved retrieved = scene.retrieve(asking, tokens, 0, into, slots);
                assertThat(retrieved.mask()).isEqualTo(EngineScene.mask(tokens.length, 0, tokens.length));
                into.requireTokens(5, slots, retrieved.mask(), tokens.length);
                scene.close();
            });
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndBeginNothing() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random, 100, true);
            int size = scene.chunkTokens;
            int[] tokens = scene.tokens(3 * size);
            for (CacheEngine engine : List.of(scene.local, scene.remote)) {
                PagedCache cache = scene.cache(engine, tokens.length);
                PagedKv kv = cache.kv();
                int[] slots = cache.slots();
                if (size > 1) {
                    requireRefused(engine, tokens, 1, kv, slots, "not a multiple of the chunk size");
                }
                requireRefused(engine, tokens, -size, kv, slots, "skip");
                requireRefused(engine, tokens, 4 * size, kv, slots, "skip");
                requireRefused(engine, tokens, 0, kv, Arrays.copyOf(slots, slots.length - 1), "slot mapping");
                int[] outside = slots.clone();
                outside[2 * size] = kv.layout().tokenSlots();
                requireRefused(engine, tokens, 0, kv, outside, "slot mapping entry");
                outside[2 * size] = -2;
                requireRefused(engine, tokens, 0, kv, outside, "slot mapping entry");
                int[] negative = tokens.clone();
                negative[1] = -5;
                requireRefused(engine, negative, 0, kv, slots, "negative");
                PagedKvLayout layout = kv.layout();
                List<Span> beyond = new ArrayList<>(kv.layers());
                beyond.set(0, new Span(beyond.get(0).region(), 1L << 40, layout.layerBytes()));
                requireRefused(engine, tokens, 0, new PagedKv(layout, beyond), slots, "region");

                int[] unplaced = slots.clone();
                unplaced[size] = -1;
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> engine.store(tokens, size, kv, unplaced, new Stored()))
                        .withMessageContaining("token " + size);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> engine.storeLayers(tokens, 0, kv, unplaced, new Stored()))
                        .withMessageContaining("token " + size);
                // In front of the wanted ones nothing needs a place.
                unplaced[0] = -1;
                Stored behind = new Stored();
                engine.store(tokens, 2 * size, kv, unplaced, behind);
                scene.nodes.until("it is stored", behind::isTold);
                assertThat(behind.tokens()).isEqualTo(size);
                assertThat(scene.lookup(engine, tokens)).isZero();
            }
            assertThat(scene.store.store().size()).isEqualTo(1);
            scene.close();
        });
    }

    private static void requireRefused(
            CacheEngine engine, int[] tokens, int skip, PagedKv cache, int[] slots, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.store(tokens, skip, cache, slots, new Stored()))
                .withMessageContaining(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.retrieve(tokens, skip, cache, slots, new Retrieved()))
                .withMessageContaining(message);
        Retrieved retrieved = new Retrieved();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.retrieveLayers(tokens, skip, cache, slots, retrieved, retrieved))
                .withMessageContaining(message);
    }

    @Test
    void shouldRefuseRowsThatCanNotBeCutToFitIntoPages() {
        Seeds.run(random -> {
            // 1000 and 256 bytes have 32,000 as their least common multiple.
            EngineScene scene = new EngineScene(random, Nodes.working(random), 100, true, 1000);
            for (CacheEngine engine : List.of(scene.local, scene.remote)) {
                int[] tokens = scene.tokens(10);
                PagedCache cache = scene.cache(engine, tokens.length);
                Stored stored = scene.store(engine, tokens, 0, cache);
                assertThat(stored.tokens()).isZero();
                assertThat(stored.cause())
                        .isNotNull()
                        .hasMessageContaining("32000")
                        .satisfies(cause -> assertThat(cause.kind()).isEqualTo(FailureKind.REFUSED));
            }
            scene.close();
        });
    }

    @Test
    void shouldDoManyThingsAtOnce() {
        for (int run = 0; run < 15; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                List<int[]> sequences = new ArrayList<>();
                List<Stored> stores = new ArrayList<>();
                int[] common = scene.tokens(2 * scene.chunkTokens);
                for (int i = 0; i < 6; i++) {
                    int[] tokens = scene.tokens(common.length + 1 + random.nextInt(20));
                    System.arraycopy(common, 0, tokens, 0, common.length);
                    sequences.add(tokens);
                    CacheEngine engine = scene.anyEngine();
                    PagedCache from = scene.cache(engine, tokens.length);
                    from.compute(9);
                    Stored stored = new Stored();
                    engine.store(tokens, 0, from.kv(), from.slots(), stored);
                    stores.add(stored);
                }
                scene.nodes.until("all are stored", () -> stores.stream().allMatch(Stored::isTold));
                List<Retrieved> retrieves = new ArrayList<>();
                List<PagedCache> caches = new ArrayList<>();
                for (int[] tokens : sequences) {
                    CacheEngine engine = scene.anyEngine();
                    PagedCache into = scene.cache(engine, tokens.length);
                    Retrieved retrieved = new Retrieved();
                    engine.retrieve(tokens, 0, into.kv(), into.slots(), retrieved);
                    caches.add(into);
                    retrieves.add(retrieved);
                }
                scene.nodes.until("all are retrieved", () -> retrieves.stream().allMatch(Retrieved::isTold));
                for (int i = 0; i < sequences.size(); i++) {
                    int length = sequences.get(i).length;
                    assertThat(retrieves.get(i).mask()).isEqualTo(EngineScene.mask(length, 0, scene.chunked(length)));
                    caches.get(i)
                            .requireTokens(
                                    9, caches.get(i).slots(), retrieves.get(i).mask(), length);
                }
                scene.close();
            });
        }
    }

    @Test
    void shouldKeepThePrefixOfASequenceThatIsLongerThanTheStore() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 30, true);
                // Something is there already: it makes room.
                int[] older = scene.tokens(scene.chunkTokens);
                PagedCache olderCache = scene.cache(scene.local, older.length);
                scene.store(scene.local, older, 0, olderCache);

                long chunkBytes = (long) scene.layers * scene.planes * scene.chunkTokens * scene.rowBytes;
                int chunks = (int) (30 * scene.store.pool().geometry().pageBytes() / chunkBytes) + 2;
                int[] tokens = scene.tokens(chunks * scene.chunkTokens);
                PagedCache from = scene.cache(scene.local, tokens.length);
                from.compute(3);
                Stored stored = scene.store(scene.local, tokens, 0, from);
                assertThat(stored.cause())
                        .isNotNull()
                        .satisfies(cause -> assertThat(cause.kind()).isEqualTo(FailureKind.CAPACITY));
                assertThat(stored.tokens()).isPositive().isLessThan(tokens.length);
                assertThat(scene.lookup(scene.local, tokens)).isEqualTo(stored.tokens());
                scene.requireRetrieved(scene.local, tokens, 0, 3, stored.tokens());
                scene.close();
            });
        }
    }

    @Test
    void shouldNotEvictTheLayersThatItHasStoredForThoseThatFollow() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 12, true);
                long perToken = (long) scene.planes * scene.rowBytes;
                long storeBytes = 12 * scene.store.pool().geometry().pageBytes();
                // Two layers fill more than half of the store each.
                int[] tokens = scene.tokens((int) (storeBytes * 6 / 10 / perToken) + scene.chunkTokens);
                PagedCache from = scene.cache(scene.local, tokens.length);
                Stored stored = new Stored();
                LayerwiseStore layerwise = scene.local.storeLayers(tokens, 0, from.kv(), from.slots(), stored);
                for (int layer = 0; layer < scene.layers; layer++) {
                    layerwise.layerReady(layer);
                    scene.nodes.pass(10 * Nodes.MS);
                }
                scene.nodes.until("it is told", stored::isTold);
                if (scene.layers > 1) {
                    assertThat(stored.cause())
                            .isNotNull()
                            .satisfies(cause -> assertThat(cause.kind()).isEqualTo(FailureKind.CAPACITY));
                }
                assertThat(scene.store.evicted()).isEmpty();
                assertThat(scene.lookupLayers(scene.local, tokens)).isEqualTo(stored.tokens());
                scene.close();
            });
        }
    }

    @Test
    void shouldEvictTheEndOfASequenceBeforeItsStart() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, Nodes.working(random), 60, true, 256);
                int[] tokens = scene.tokens(10 * scene.chunkTokens);
                List<String> keys = scene.keys(tokens);
                PagedCache from = scene.cache(scene.local, tokens.length);
                from.compute(2);
                Stored stored = scene.store(scene.local, tokens, 0, from);
                assertThat(stored.cause()).isNull();
                if (random.nextBoolean()) {
                    scene.requireRetrieved(scene.anyEngine(), tokens, 0, 2, tokens.length);
                    scene.nodes.until("nothing is leased", scene.store::nothingIsLeased);
                }
                int there = 10;
                while (there > 0) {
                    int[] other = scene.tokens(1);
                    scene.store(scene.local, other, 0, scene.cache(scene.local, 1));
                    // Asked of the store itself, which does not count as a use.
                    List<Boolean> hits = scene.store.store().contains(keys);
                    there = Collections.frequency(hits, true);
                    assertThat(hits.subList(0, there)).doesNotContain(false);
                }
                scene.close();
            });
        }
    }

    @Test
    void shouldKeepForItsLeaseWhatALookupFound() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 30, true);
                int[] tokens = scene.tokens(scene.chunkTokens);
                PagedCache from = scene.cache(scene.local, tokens.length);
                from.compute(8);
                scene.store(scene.local, tokens, 0, from);
                // Leased from far away it is leased as well, and in vain if that session ends.
                Lookup lookup = scene.lookup(scene.anyEngine(), tokens, 500 * Nodes.MS);
                assertThat(lookup.hitTokens()).isEqualTo(tokens.length);
                flood(scene);
                scene.requireRetrieved(scene.local, tokens, 0, 8, tokens.length);
                boolean released = random.nextBoolean();
                if (released) {
                    lookup.release();
                    lookup.release();
                    scene.nodes.until("nothing is leased", scene.store::nothingIsLeased);
                } else {
                    scene.nodes.pass(501 * Nodes.MS);
                }
                flood(scene);
                assertThat(scene.lookup(scene.local, tokens)).isZero();
                lookup.release();
                // What is gone between lookup and retrieve is missed, not waited for.
                scene.requireRetrieved(scene.anyEngine(), tokens, 0, 8, 0);
                scene.close();
            });
        }
    }

    @Test
    void shouldEndLeasesThatExpireWithoutABackendService() {
        Seeds.run(random -> {
            Nodes nodes = Nodes.working(random);
            TestNode node = nodes.start("alone", nodes.anyPipe());
            PagePool pool = new PagePool(node.region(8 * 4096), 4096);
            ObjectStore store = new ObjectStore(pool, EvictionPolicies.parse("lru"), node.counters());
            LocalChunkStore chunks =
                    new LocalChunkStore(store, pool, node.mover(), nodes.world().clock(), node.counters(), true);
            CacheEngine engine = new CacheEngine(
                    EngineScene.SPACE,
                    HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).chunker(Salt.NONE, 4, true),
                    ChunkLayout.LAYERS_FIRST,
                    chunks,
                    node.memory(),
                    node.node());
            int[] tokens = {1, 2, 3, 4, 5};
            PagedCache cache = PagedCache.of(node, random, 1, 2, 8, tokens.length);
            Stored stored = new Stored();
            engine.store(tokens, 0, cache.kv(), cache.slots(), stored);
            nodes.until("it is stored", stored::isTold);
            Looked looked = new Looked();
            engine.lookup(tokens, 20 * Nodes.MS, looked);
            assertThat(looked.answer(nodes).hitTokens()).isEqualTo(5);
            nodes.pass(19 * Nodes.MS);
            assertThat(store.guardedBytes()).isEqualTo(store.usedBytes()).isPositive();
            nodes.pass(2 * Nodes.MS);
            assertThat(store.guardedBytes()).isZero();
            nodes.close();
        });
    }

    /** Stores so much that everything else that may go has gone. */
    private static void flood(EngineScene scene) {
        long perToken = (long) scene.layers * scene.planes * scene.rowBytes;
        int tokens = (int) (32 * scene.store.pool().geometry().pageBytes() / perToken)
                        / scene.chunkTokens
                        * scene.chunkTokens
                + scene.chunkTokens;
        for (int i = 0; i < 2; i++) {
            PagedCache cache = scene.cache(scene.local, tokens);
            scene.store(scene.local, scene.tokens(tokens), 0, cache);
        }
    }

    @Test
    void shouldMissAndRemoveWhatWasDamagedInTheStore() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int[] tokens = scene.tokens(5 * scene.chunkTokens);
                PagedCache from = scene.cache(scene.remote, tokens.length);
                from.compute(4);
                scene.store(scene.remote, tokens, 0, from);
                int damaged = random.nextInt(5);
                String key = scene.keys(tokens).get(damaged);
                StoredObject object = scene.store.object(key);
                Span piece = object.pieces().get(random.nextInt(object.pieces().size()));
                scene.store.node().flip(piece, random.nextInt((int) piece.lengthBytes()));

                CacheEngine asking = scene.anyEngine();
                assertThat(scene.lookup(asking, tokens)).isEqualTo(tokens.length);
                scene.requireRetrieved(asking, tokens, 0, 4, damaged * scene.chunkTokens);
                assertThat(scene.nodeOf(asking).counters().of(Metric.DIGEST_MISMATCHES))
                        .isEqualTo(1);
                scene.nodes.until("it is removed", () -> !scene.store.store().contains(key));
                assertThat(scene.lookup(asking, tokens)).isEqualTo(damaged * scene.chunkTokens);
                scene.close();
            });
        }
    }

    @Test
    void shouldMissWhatIsNotTheSameInShapeOrOrder() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random, Nodes.working(random), 100, true, 16);
            int[] tokens = scene.tokens(scene.chunkTokens);
            PagedCache from = scene.cache(scene.local, tokens.length);
            from.compute(2);
            scene.store(scene.local, tokens, 0, from);
            // As many bytes, but twice as many layers with half the row.
            PagedKvLayout layout = from.kv().layout();
            PagedCache other =
                    PagedCache.of(scene.store.node(), random, 2 * layout.layers(), layout.planes(), 8, tokens.length);
            assertThat(scene.retrieve(scene.local, tokens, 0, other, other.slots())
                            .mask())
                    .containsOnly(false);
            PagedCache far =
                    PagedCache.of(scene.client, random, 2 * layout.layers(), layout.planes(), 8, tokens.length);
            assertThat(scene.retrieve(scene.remote, tokens, 0, far, far.slots()).mask())
                    .containsOnly(false);
            other.requireTokens(2, other.slots(), new boolean[tokens.length], tokens.length);
            far.requireTokens(2, far.slots(), new boolean[tokens.length], tokens.length);
            scene.close();
        });
    }

    @Test
    void shouldStoreAndRetrieveLayerByLayer() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int[] tokens = scene.tokens(1 + random.nextInt(40));
                int skip = 0;
                long seed = random.nextLong();
                CacheEngine storing = scene.anyEngine();
                CacheEngine asking = scene.anyEngine();
                PagedCache from = scene.cache(storing, tokens.length);
                Stored stored = new Stored();
                LayerwiseStore layerwise = storing.storeLayers(tokens, skip, from.kv(), from.slots(), stored);
                List<Integer> order = new ArrayList<>();
                for (int layer = 0; layer < scene.layers; layer++) {
                    order.add(layer);
                }
                Collections.shuffle(order, random);
                for (int layer : order) {
                    assertThat(scene.lookupLayers(asking, tokens)).isZero();
                    from.compute(seed, layer);
                    layerwise.layerReady(layer);
                    assertThatIllegalStateException().isThrownBy(() -> layerwise.layerReady(layer));
                }
                layerwise.abandon();
                scene.nodes.until("all layers are stored", stored::isTold);
                int all = scene.chunked(tokens.length);
                assertThat(stored.cause()).isNull();
                assertThat(stored.tokens()).isEqualTo(all);
                assertThat(scene.lookupLayers(asking, tokens)).isEqualTo(all);
                assertThat(scene.lookup(asking, tokens)).isZero();

                PagedCache into = scene.cache(asking, tokens.length);
                Retrieved retrieved = new Retrieved();
                asking.retrieveLayers(tokens, 0, into.kv(), into.slots(), retrieved, retrieved);
                scene.nodes.until("all layers are there", retrieved::isTold);
                assertThat(retrieved.mask()).isEqualTo(EngineScene.mask(tokens.length, 0, all));
                into.requireTokens(seed, into.slots(), retrieved.mask(), all);
                assertThat(retrieved.layers()).hasSize(all == 0 ? 0 : scene.layers);
                scene.close();
            });
        }
    }

    @Test
    void shouldCountChunksOnlyWhenAllTheirLayersAreThere() {
        for (int run = 0; run < 15; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int size = scene.chunkTokens;
                int[] tokens = scene.tokens(4 * size);
                CacheEngine storing = scene.anyEngine();
                PagedCache from = scene.cache(storing, tokens.length);
                from.compute(6);
                Stored stored = new Stored();
                LayerwiseStore layerwise = storing.storeLayers(tokens, 0, from.kv(), from.slots(), stored);
                for (int layer = 0; layer < scene.layers; layer++) {
                    layerwise.layerReady(layer);
                }
                scene.nodes.until("all layers are stored", stored::isTold);
                int chunk = random.nextInt(4);
                int layer = random.nextInt(scene.layers);
                long hash = ChunkRun.of(scene.chunker(), tokens, 0).hash(chunk);
                assertThat(scene.store.store().remove(EngineScene.SPACE.layerKey(hash, layer)))
                        .isTrue();
                CacheEngine asking = scene.anyEngine();
                assertThat(scene.lookupLayers(asking, tokens)).isEqualTo(chunk * size);
                PagedCache into = scene.cache(asking, tokens.length);
                Retrieved retrieved = new Retrieved();
                asking.retrieveLayers(tokens, 0, into.kv(), into.slots(), retrieved, retrieved);
                scene.nodes.until("it is told", retrieved::isTold);
                assertThat(retrieved.mask()).isEqualTo(EngineScene.mask(tokens.length, 0, chunk * size));
                into.requireTokens(6, into.slots(), retrieved.mask(), chunk * size);
                scene.close();
            });
        }
    }

    @Test
    void shouldFailALayerwiseStoreThatIsAbandoned() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 100, true);
                int[] tokens = scene.tokens(1 + random.nextInt(20));
                CacheEngine engine = scene.anyEngine();
                PagedCache from = scene.cache(engine, tokens.length);
                from.compute(6);
                Stored stored = new Stored();
                LayerwiseStore layerwise = engine.storeLayers(tokens, 0, from.kv(), from.slots(), stored);
                int begun = random.nextInt(scene.layers);
                for (int layer = 0; layer < begun; layer++) {
                    layerwise.layerReady(layer);
                }
                layerwise.abandon();
                layerwise.abandon();
                scene.nodes.until("it is told", stored::isTold);
                assertThat(stored.tokens()).isZero();
                assertThat(stored.cause())
                        .isNotNull()
                        .satisfies(cause -> assertThat(cause.kind()).isEqualTo(FailureKind.CLOSED));
                assertThatIllegalStateException().isThrownBy(() -> layerwise.layerReady(begun));
                assertThat(scene.lookupLayers(engine, tokens)).isZero();
                scene.close();
            });
        }
    }

    @Test
    void shouldTellHowFarItCameWhenTheMemoryFails() {
        for (int run = 0; run < 30; run++) {
            Seeds.run(random -> {
                Nodes nodes = new Nodes(random, Faults.delays(random, 100_000).withFailures(0, 0.1), false);
                EngineScene scene = new EngineScene(random, nodes, 200, true, 64);
                int[] tokens = scene.tokens(8 * scene.chunkTokens);
                PagedCache from = scene.cache(scene.local, tokens.length);
                from.compute(7);
                Stored stored = scene.store(scene.local, tokens, 0, from);
                assertThat(stored.tokens() < tokens.length).isEqualTo(stored.cause() != null);
                assertThat(stored.tokens() % scene.chunkTokens).isZero();
                assertThat(scene.lookup(scene.local, tokens)).isGreaterThanOrEqualTo(stored.tokens());
                PagedCache into = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = scene.retrieve(scene.local, tokens, 0, into, into.slots());
                int there = 0;
                while (there < tokens.length && retrieved.mask()[there]) {
                    there++;
                }
                assertThat(retrieved.mask()).isEqualTo(EngineScene.mask(tokens.length, 0, there));
                into.requireTokens(7, into.slots(), retrieved.mask(), there);
                scene.close();
            });
        }
    }

    @Test
    void shouldTellEverythingOnceWhenTheSessionIsLost() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int[] tokens = scene.tokens(30);
                PagedCache near = scene.cache(scene.local, tokens.length);
                near.compute(1);
                scene.store(scene.local, tokens, 0, near);
                int[] others = scene.tokens(30);
                PagedCache from = scene.cache(scene.remote, others.length);
                from.compute(2);
                PagedCache into = scene.cache(scene.remote, tokens.length);
                Stored stored = new Stored();
                Retrieved retrieved = new Retrieved();
                Looked looked = new Looked();
                scene.remote.store(others, 0, from.kv(), from.slots(), stored);
                scene.remote.retrieve(tokens, 0, into.kv(), into.slots(), retrieved);
                scene.nodes.pass(random.nextInt(2_000_000));
                scene.remote.lookup(tokens, 0, looked);
                if (random.nextBoolean()) {
                    scene.client.process().lose(scene.store.node().process());
                } else {
                    scene.store.node().process().cutControlLinks();
                }
                scene.nodes.until("the session is over", () -> scene.connection.isOver());
                scene.nodes.until("all is told", () -> stored.isTold() && retrieved.isTold());
                // Whatever was told: nothing moves any more, and nothing but wanted tokens was written.
                into.compute(3);
                scene.nodes.pass(50 * Nodes.MS);
                into.requireTokens(3, into.slots(), EngineScene.mask(tokens.length, 0, tokens.length), 0);
                assertThat(scene.lookup(scene.local, others)).isGreaterThanOrEqualTo(stored.tokens());

                Stored tooLate = new Stored();
                scene.remote.store(others, 0, from.kv(), from.slots(), tooLate);
                Retrieved never = new Retrieved();
                scene.remote.retrieve(tokens, 0, into.kv(), into.slots(), never);
                scene.nodes.until("nothing more is expected", () -> tooLate.isTold() && never.isTold());
                assertThat(tooLate.cause() != null || scene.chunked(others.length) == 0)
                        .isTrue();
                assertThat(never.cause()).isNotNull();
                scene.close();
            });
        }
    }

    @Test
    void shouldNameChunksAsLMCacheDoes() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random);
            requireKeys(
                    scene,
                    HashAlgorithm.SHA256_CBOR,
                    "llama@2@1@b8a960cfcc69e7a5@bfloat16",
                    "llama@2@1@cc309e143d545625@bfloat16");
            requireKeys(
                    scene,
                    HashAlgorithm.BUILTIN,
                    "llama@2@1@5f05dec65811b7cc@bfloat16",
                    "llama@2@1@-adc333b9eaa0e45@bfloat16");
            scene.close();
        });
    }

    private static void requireKeys(EngineScene scene, HashAlgorithm algorithm, String first, String second) {
        StoredKeys chunks = new StoredKeys();
        CacheEngine engine = new CacheEngine(
                new CacheKeySpace("llama", 2, 1, DType.BFLOAT16, algorithm),
                HashConfig.of(algorithm, "0", Salt.NONE).chunker(Salt.NONE, 256, false),
                scene.layout,
                chunks,
                scene.store.node().memory(),
                scene.store.node().node());
        int[] tokens = new int[600];
        Arrays.setAll(tokens, i -> i);
        PagedCache cache = PagedCache.of(scene.store.node(), scene.random, 2, 2, 8, tokens.length);
        engine.store(tokens, 0, cache.kv(), cache.slots(), new Stored());
        engine.storeLayers(tokens, 256, cache.kv(), cache.slots(), new Stored()).layerReady(1);
        scene.nodes.pass(100_000);
        assertThat(chunks.keys).containsExactlyInAnyOrder(first, second, second + "@1");
    }
}
