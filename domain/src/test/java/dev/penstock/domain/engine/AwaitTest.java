// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.domain.engine.EngineScene.Retrieved;
import dev.penstock.domain.engine.EngineScene.Stored;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.Faults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Retrieves that are begun before everything is stored. */
class AwaitTest {
    private static final long LONG = 20_000 * Nodes.MS;

    private static Retrieved await(EngineScene scene, int[] tokens, int skip, PagedCache into, long waitNanos) {
        Retrieved retrieved = new Retrieved();
        scene.local.await(tokens, skip, into.kv(), into.slots(), waitNanos, retrieved);
        return retrieved;
    }

    private static PagedCache computed(EngineScene scene, CacheEngine engine, int tokens, long seed) {
        PagedCache cache = scene.cache(engine, tokens);
        cache.compute(seed);
        return cache;
    }

    /** All is told, and nothing is waited for or left behind. */
    private static void close(EngineScene scene) {
        assertThat(scene.store.awaited().size()).isZero();
        scene.close();
    }

    @Test
    void shouldScatterWhatArrivesStraightIntoTheCacheThatWaitsForIt() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int[] tokens = scene.tokens(1 + random.nextInt(300));
                int skip = random.nextInt(tokens.length / scene.chunkTokens + 1) * scene.chunkTokens;
                PagedCache into = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = await(scene, tokens, skip, into, LONG);
                scene.nodes.pass(random.nextInt(1_000_000));

                PagedCache from = computed(scene, scene.remote, tokens.length, 5);
                Stored stored = scene.store(scene.remote, tokens, skip, from);
                assertThat(stored.cause()).isNull();
                // Acknowledged means that it is in its place.
                int all = Math.max(skip, scene.chunked(tokens.length));
                boolean[] there = EngineScene.mask(tokens.length, skip, all);
                if (scene.store.store().size() == 0) {
                    into.requireTokens(5, into.slots(), there, tokens.length);
                }
                scene.nodes.until("it is retrieved", retrieved::isTold);
                assertThat(retrieved.mask()).isEqualTo(there);
                into.requireTokens(5, into.slots(), there, tokens.length);
                close(scene);
            });
        }
    }

    @Test
    void shouldNotKeepWhatItHasScattered() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random);
            int[] tokens = scene.tokens(100 * scene.chunkTokens);
            PagedCache into = scene.cache(scene.local, tokens.length);
            Retrieved retrieved = new Retrieved();
            AwaitedRetrieve awaited = scene.local.await(tokens, 0, into.kv(), into.slots(), LONG, retrieved);
            scene.nodes.until("everything is waited for", awaited::isRegistered);
            assertThat(scene.store.awaited().size()).isEqualTo(100);
            scene.store(scene.remote, tokens, 0, computed(scene, scene.remote, tokens.length, 6));
            scene.nodes.until("it is retrieved", retrieved::isTold);
            assertThat(scene.store.store().size()).isZero();
            assertThat(scene.lookup(scene.remote, tokens)).isZero();
            into.requireTokens(6, into.slots(), retrieved.mask(), tokens.length);
            close(scene);
        });
    }

    @Test
    void shouldTakeWhatIsStoredAndWaitForTheRest() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                // Room for all of them at their largest: what is evicted would be waited for too.
                EngineScene scene = new EngineScene(random, 500, true);
                int size = scene.chunkTokens;
                int[] tokens = scene.tokens(30 * size);
                PagedCache from = computed(scene, scene.remote, tokens.length, 7);
                scene.store(scene.remote, tokens, 0, from);
                List<String> keys = scene.keys(tokens);
                List<String> gone = new ArrayList<>();
                for (String key : keys) {
                    if (random.nextInt(3) == 0) {
                        gone.add(key);
                    }
                }
                gone.forEach(scene.store.tiers()::remove);
                PagedCache into = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = await(scene, tokens, 0, into, LONG);
                scene.nodes.pass(2 * Nodes.MS);
                assertThat(retrieved.isTold()).isEqualTo(gone.isEmpty());
                assertThat(scene.store.awaited().size()).isEqualTo(gone.size());
                // Stored here, or by the peer.
                CacheEngine storing = scene.anyEngine();
                scene.store(storing, tokens, 0, computed(scene, storing, tokens.length, 7));
                scene.nodes.until("it is retrieved", retrieved::isTold);
                assertThat(retrieved.mask()).doesNotContain(false);
                into.requireTokens(7, into.slots(), retrieved.mask(), tokens.length);
                close(scene);
            });
        }
    }

    @Test
    void shouldEndWithWhatCameWhenTheTimeIsOverOrNobodyWantsItAnyMore() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 300, true);
                int size = scene.chunkTokens;
                int[] tokens = scene.tokens(20 * size);
                int[] some = Arrays.copyOf(tokens, random.nextInt(20) * size);
                boolean cancel = random.nextBoolean();
                PagedCache into = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = new Retrieved();
                AwaitedRetrieve awaited = scene.local.await(
                        tokens, 0, into.kv(), into.slots(), cancel ? LONG : 400 * Nodes.MS, retrieved);
                scene.store(scene.remote, some, 0, computed(scene, scene.remote, some.length, 8));
                scene.nodes.pass(100 * Nodes.MS);
                assertThat(retrieved.isTold()).isFalse();
                if (cancel) {
                    awaited.cancel();
                    awaited.cancel();
                    scene.nodes.pass(Nodes.MS);
                } else {
                    scene.nodes.pass(310 * Nodes.MS);
                }
                assertThat(retrieved.isTold()).isTrue();
                awaited.cancel();
                boolean[] there = EngineScene.mask(tokens.length, 0, some.length);
                assertThat(retrieved.mask()).isEqualTo(there);
                into.requireTokens(8, into.slots(), there, tokens.length);
                // What comes now is kept, and the cache is its owner's.
                assertThat(scene.store.awaited().size()).isZero();
                into.poison();
                scene.store(scene.remote, tokens, 0, computed(scene, scene.remote, tokens.length, 9));
                into.requireTokens(9, into.slots(), new boolean[tokens.length], tokens.length);
                assertThat(scene.lookup(scene.remote, tokens)).isEqualTo(tokens.length);
                close(scene);
            });
        }
    }

    @Test
    void shouldKeepWhatTwoWaitForAndGiveItToBoth() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 200, true);
                int[] tokens = scene.tokens(10 * scene.chunkTokens);
                int[] longer = Arrays.copyOf(tokens, 12 * scene.chunkTokens);
                PagedCache one = scene.cache(scene.local, tokens.length);
                PagedCache two = scene.cache(scene.local, longer.length);
                Retrieved first = await(scene, tokens, 0, one, LONG);
                Retrieved second = await(scene, longer, 0, two, LONG);
                scene.nodes.pass(2 * Nodes.MS);
                scene.store(scene.remote, longer, 0, computed(scene, scene.remote, longer.length, 3));
                scene.nodes.until("both have it", () -> first.isTold() && second.isTold());
                one.requireTokens(3, one.slots(), first.mask(), tokens.length);
                two.requireTokens(3, two.slots(), second.mask(), longer.length);
                assertThat(first.mask()).doesNotContain(false);
                assertThat(second.mask()).doesNotContain(false);
                // The two chunks that only one waited for are not kept.
                assertThat(scene.lookup(scene.local, longer)).isEqualTo(tokens.length);
                close(scene);
            });
        }
    }

    @Test
    void shouldKeepWhatIsNotTheSameInShapeAndMissIt() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random, Nodes.working(random), 200, true, 16);
            int[] tokens = scene.tokens(6 * scene.chunkTokens);
            // As many bytes, but twice as many layers with half the row.
            PagedCache into =
                    PagedCache.of(scene.store.node(), random, 2 * scene.layers, scene.planes, 8, tokens.length);
            Retrieved retrieved = await(scene, tokens, 0, into, LONG);
            scene.nodes.pass(Nodes.MS);
            scene.store(scene.remote, tokens, 0, computed(scene, scene.remote, tokens.length, 3));
            scene.nodes.until("it is told", retrieved::isTold);
            assertThat(retrieved.mask()).containsOnly(false);
            into.requireTokens(3, into.slots(), retrieved.mask(), tokens.length);
            assertThat(scene.lookup(scene.remote, tokens)).isEqualTo(tokens.length);
            close(scene);
        });
    }

    @Test
    void shouldTellLayersAsTheyComeWhileThePeerComputesTheOthers() {
        for (int run = 0; run < 30; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 400, true);
                int[] tokens = scene.tokens(1 + random.nextInt(60));
                PagedCache into = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = new Retrieved();
                scene.local.awaitLayers(tokens, 0, into.kv(), into.slots(), LONG, retrieved, retrieved);
                PagedCache from = scene.cache(scene.remote, tokens.length);
                Stored stored = new Stored();
                LayerwiseStore store = scene.remote.storeLayers(tokens, 0, from.kv(), from.slots(), stored);
                for (int layer = 0; layer < scene.layers; layer++) {
                    from.compute(4, layer);
                    store.layerReady(layer);
                    int expected = layer;
                    scene.nodes.until(
                            "the layer is there", () -> retrieved.layers().contains(expected));
                    assertThat(retrieved.layers()).hasSize(layer + 1);
                    into.requireLayer(4, layer);
                }
                scene.nodes.until("it is retrieved", () -> retrieved.isTold() && stored.isTold());
                assertThat(retrieved.mask()).doesNotContain(false);
                into.requireTokens(4, into.slots(), retrieved.mask(), tokens.length);
                close(scene);
            });
        }
    }

    @Test
    void shouldMissWhatAPutThatFailedWasToBring() {
        for (int run = 0; run < 60; run++) {
            Seeds.run(random -> {
                Nodes nodes = new Nodes(random, Faults.delays(random, 100_000).withCorruption(0.1), false);
                EngineScene scene = new EngineScene(random, nodes, 200, true, 64);
                int[] tokens = scene.tokens(12 * scene.chunkTokens);
                PagedCache into = scene.cache(scene.local, tokens.length);
                boolean twice = random.nextInt(4) == 0;
                PagedCache other = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = await(scene, tokens, 0, into, LONG);
                Retrieved second = twice ? await(scene, tokens, 0, other, LONG) : retrieved;
                scene.nodes.pass(random.nextInt(1_000_000));
                Stored stored = scene.store(scene.remote, tokens, 0, computed(scene, scene.remote, tokens.length, 2));
                scene.nodes.until("it is told", () -> retrieved.isTold() && second.isTold());
                requirePrefix(retrieved, into, 2);
                if (twice) {
                    requirePrefix(second, other, 2);
                }
                assertThat(there(retrieved)).isGreaterThanOrEqualTo(stored.tokens());
                if (stored.cause() == null) {
                    assertThat(there(retrieved)).isEqualTo(tokens.length);
                }
                close(scene);
            });
        }
    }

    private static int there(Retrieved retrieved) {
        int there = 0;
        while (there < retrieved.mask().length && retrieved.mask()[there]) {
            there++;
        }
        return there;
    }

    private static void requirePrefix(Retrieved retrieved, PagedCache cache, long seed) {
        int there = there(retrieved);
        assertThat(retrieved.mask()).isEqualTo(EngineScene.mask(retrieved.mask().length, 0, there));
        cache.requireTokens(seed, cache.slots(), retrieved.mask(), there);
    }

    @Test
    void shouldTellOnceAndWriteNothingAfterwardsWhenTheSessionIsLost() {
        for (int run = 0; run < 60; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random);
                int[] tokens = scene.tokens(1 + random.nextInt(200));
                PagedCache into = scene.cache(scene.local, tokens.length);
                Retrieved retrieved = await(scene, tokens, 0, into, 1_000 * Nodes.MS);
                PagedCache from = computed(scene, scene.remote, tokens.length, 2);
                Stored stored = new Stored();
                scene.remote.store(tokens, 0, from.kv(), from.slots(), stored);
                scene.nodes.pass(random.nextInt(2_000_000));
                scene.client.process().lose(scene.store.node().process());
                scene.nodes.until("both are told", () -> retrieved.isTold() && stored.isTold());
                requirePrefix(retrieved, into, 2);
                assertThat(there(retrieved)).isGreaterThanOrEqualTo(stored.tokens());
                into.poison();
                scene.nodes.pass(300 * Nodes.MS);
                into.requireTokens(2, into.slots(), new boolean[tokens.length], tokens.length);
                close(scene);
            });
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndWaitForNothing() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random);
            int[] tokens = scene.tokens(3 * scene.chunkTokens);
            PagedCache cache = scene.cache(scene.local, tokens.length);
            PagedKv kv = cache.kv();
            Retrieved never = new Retrieved();
            for (long wait : List.of(0L, -1L, Long.MAX_VALUE)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> scene.local.await(tokens, 0, kv, cache.slots(), wait, never))
                        .withMessageContaining("wait for");
            }
            int[] outside = cache.slots().clone();
            outside[0] = new PagedKvLayout(1, 1, 1 << 20, 1 << 10, 8).tokenSlots();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scene.local.await(tokens, 0, kv, outside, LONG, never))
                    .withMessageContaining("slot mapping entry");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scene.local.awaitLayers(tokens, -1, kv, cache.slots(), LONG, never, never))
                    .withMessageContaining("skip");
            PagedCache far = scene.cache(scene.remote, tokens.length);
            assertThatIllegalStateException()
                    .isThrownBy(() -> scene.remote.await(tokens, 0, far.kv(), far.slots(), LONG, never))
                    .withMessageContaining("AwaitedChunks");
            Retrieved nothing = new Retrieved();
            scene.local.await(new int[0], 0, kv, new int[0], LONG, nothing);
            assertThat(nothing.isTold()).isTrue();
            assertThat(nothing.mask()).isEmpty();
            assertThat(never.isTold()).isFalse();
            close(scene);
        });
    }

    @Test
    void shouldServeManyAtOnceInAnyOrder() {
        for (int run = 0; run < 15; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 400, true);
                List<int[]> sequences = new ArrayList<>();
                List<PagedCache> caches = new ArrayList<>();
                List<Retrieved> retrieves = new ArrayList<>();
                List<Runnable> todo = new ArrayList<>();
                List<Stored> stores = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    int[] tokens = scene.tokens(1 + random.nextInt(80));
                    PagedCache into = scene.cache(scene.local, tokens.length);
                    PagedCache from = computed(scene, scene.remote, tokens.length, 11);
                    Retrieved retrieved = new Retrieved();
                    Stored stored = new Stored();
                    sequences.add(tokens);
                    caches.add(into);
                    retrieves.add(retrieved);
                    stores.add(stored);
                    todo.add(() -> scene.local.await(tokens, 0, into.kv(), into.slots(), LONG, retrieved));
                    todo.add(() -> scene.remote.store(tokens, 0, from.kv(), from.slots(), stored));
                }
                Collections.shuffle(todo, random);
                for (Runnable next : todo) {
                    next.run();
                    scene.nodes.pass(random.nextInt(200_000));
                }
                scene.nodes.until("all are retrieved", () -> retrieves.stream().allMatch(Retrieved::isTold));
                scene.nodes.until("all are stored", () -> stores.stream().allMatch(Stored::isTold));
                for (int i = 0; i < sequences.size(); i++) {
                    assertThat(retrieves.get(i).mask()).doesNotContain(false);
                    caches.get(i)
                            .requireTokens(
                                    11, caches.get(i).slots(), retrieves.get(i).mask(), sequences.get(i).length);
                }
                close(scene);
            });
        }
    }

    @Test
    void shouldKeepItsPromisesWhateverFails() {
        for (int run = 0; run < 200; run++) {
            Seeds.run(random -> {
                Faults faults = Faults.delays(random, 100_000)
                        .withFailures(0, random.nextInt(3) == 0 ? 0.01 : 0)
                        .withCorruption(random.nextInt(3) == 0 ? 0.02 : 0)
                        .withRepetitions(random.nextInt(3) == 0 ? 0.1 : 0, random.nextInt(3) == 0 ? 0.05 : 0);
                Nodes nodes = new Nodes(random, faults, random.nextBoolean());
                EngineScene scene = new EngineScene(
                        random, nodes, 60, true, EngineScene.ROW_BYTES[random.nextInt(EngineScene.ROW_BYTES.length)]);
                boolean layers = random.nextBoolean();
                List<PagedCache> caches = new ArrayList<>();
                List<Retrieved> retrieves = new ArrayList<>();
                List<Stored> stores = new ArrayList<>();
                int[] common = scene.tokens(60);
                for (int i = 0; i < 4; i++) {
                    // Some wait for the same chunks, some cancel, some come late, some are too short of time.
                    int[] tokens = Arrays.copyOf(common, 1 + random.nextInt(60));
                    if (random.nextBoolean()) {
                        PagedCache from = computed(scene, scene.remote, tokens.length, 17);
                        Stored stored = new Stored();
                        stores.add(stored);
                        if (layers) {
                            LayerwiseStore store = scene.remote.storeLayers(tokens, 0, from.kv(), from.slots(), stored);
                            for (int layer = 0; layer < scene.layers; layer++) {
                                store.layerReady(layer);
                            }
                        } else {
                            scene.remote.store(tokens, 0, from.kv(), from.slots(), stored);
                        }
                    }
                    PagedCache into = scene.cache(scene.local, tokens.length);
                    Retrieved retrieved = new Retrieved();
                    long wait = (1 + random.nextInt(300)) * Nodes.MS;
                    AwaitedRetrieve awaited = layers
                            ? scene.local.awaitLayers(tokens, 0, into.kv(), into.slots(), wait, retrieved, retrieved)
                            : scene.local.await(tokens, 0, into.kv(), into.slots(), wait, retrieved);
                    caches.add(into);
                    retrieves.add(retrieved);
                    nodes.pass(random.nextInt(3_000_000));
                    if (random.nextInt(4) == 0) {
                        awaited.cancel();
                    }
                    if (random.nextInt(12) == 0) {
                        scene.client.process().lose(scene.store.node().process());
                        break;
                    }
                }
                nodes.until(
                        "all are told",
                        () -> retrieves.stream().allMatch(Retrieved::isTold)
                                && stores.stream().allMatch(Stored::isTold));
                for (int i = 0; i < caches.size(); i++) {
                    requirePrefix(retrieves.get(i), caches.get(i), 17);
                    caches.get(i).poison();
                }
                nodes.pass(100 * Nodes.MS);
                for (int i = 0; i < caches.size(); i++) {
                    boolean[] nothing = new boolean[retrieves.get(i).mask().length];
                    caches.get(i).requireTokens(17, caches.get(i).slots(), nothing, nothing.length);
                }
                close(scene);
            });
        }
    }
}
