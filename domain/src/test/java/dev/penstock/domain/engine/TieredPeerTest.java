// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.engine.EngineScene.Retrieved;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.domain.fixture.StoreNode;
import dev.penstock.ports.Metric;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** An engine over a peer's store, whose chunks are not where a transport can take them from. */
class TieredPeerTest {
    private static final int CHUNKS = 8;
    private static final int UPPER_PAGES = 60;
    private static final int HOST_PAGES = 40;

    /** One peer with tiers, a sequence in them, and what is needed to look at both. */
    private static final class Run {
        final SimulatedDisk disk;
        final EngineScene scene;
        final int[] tokens;
        final List<String> keys;

        Run(Random random) {
            Nodes nodes = Nodes.working(random);
            disk = new SimulatedDisk(nodes.world());
            disk.setFaults(300_000, 0, Long.MAX_VALUE);
            StoreNode.Below below = new StoreNode.Below(HOST_PAGES, random.nextBoolean(), disk, 1L << 40);
            scene = new EngineScene(random, nodes, UPPER_PAGES, true, 256, below);
            tokens = scene.tokens(CHUNKS * scene.chunkTokens);
            keys = scene.keys(tokens);
            PagedCache from = scene.cache(scene.remote, tokens.length);
            from.compute(1);
            assertThat(scene.store(scene.remote, tokens, 0, from).cause()).isNull();
        }

        boolean isAbove(String key) {
            return scene.store.store().contains(key);
        }

        boolean isInHost(String key) {
            return scene.store.host().store().contains(key);
        }

        /** Stores other sequences until it is so. */
        void floodUntil(BooleanSupplier done) {
            for (int i = 0; i < 1_000; i++) {
                scene.nodes.pass(Nodes.MS);
                if (done.getAsBoolean()) {
                    return;
                }
                int[] other = scene.tokens(1 + scene.random.nextInt(10 * scene.chunkTokens));
                // From afar too: the last page that it wrote is not full, and stays its own until it writes on.
                CacheEngine engine = scene.anyEngine();
                assertThat(scene.store(engine, other, 0, scene.cache(engine, other.length))
                                .cause())
                        .isNull();
            }
            throw new AssertionError("never so");
        }

        void demoteToHost() {
            floodUntil(() -> keys.stream().noneMatch(this::isAbove));
        }

        void demoteToDisk() {
            floodUntil(() -> keys.stream().noneMatch(key -> isAbove(key) || isInHost(key)));
        }

        long counted(Metric metric) {
            return scene.store.node().counters().of(metric);
        }
    }

    @Test
    void shouldRetrieveWhatItsPeerHasInHostMemoryAndOnDisk() {
        for (int i = 0; i < 20; i++) {
            Seeds.run(random -> {
                Run run = new Run(random);
                run.demoteToHost();
                assertThat(run.scene.lookup(run.scene.remote, run.tokens)).isEqualTo(run.tokens.length);
                run.scene.requireRetrieved(run.scene.remote, run.tokens, 0, 1, run.tokens.length);
                assertThat(run.counted(Metric.BYTES_PROMOTED)).isPositive();

                run.demoteToDisk();
                assertThat(run.scene.lookup(run.scene.remote, run.tokens)).isEqualTo(run.tokens.length);
                run.scene.requireRetrieved(run.scene.remote, run.tokens, 0, 1, run.tokens.length);
                assertThat(run.counted(Metric.DISK_BYTES_READ)).isPositive();
                assertThat(run.counted(Metric.EVICTED_WITHOUT_COPY)).isZero();
                run.scene.close();
            });
        }
    }

    @Test
    void shouldRetrieveOnlyWhatComesBeforeDamage() {
        for (int i = 0; i < 10; i++) {
            Seeds.run(random -> {
                Run run = new Run(random);
                run.demoteToDisk();
                int chunk = random.nextInt(CHUNKS);
                ObjectFile file = run.disk.files().stream()
                        .filter(one -> run.keys
                                .get(chunk)
                                .equals(ObjectMetaCodec.decode(one.description(), one.lengthBytes())
                                        .key()))
                        .findAny()
                        .orElseThrow();
                run.disk.damage(file.number(), random.nextLong(file.lengthBytes()));
                int good = chunk * run.scene.chunkTokens;
                PagedCache into = run.scene.cache(run.scene.remote, run.tokens.length);
                Retrieved retrieved = run.scene.retrieve(run.scene.remote, run.tokens, 0, into, into.slots());
                assertThat(retrieved.mask()).isEqualTo(EngineScene.mask(run.tokens.length, 0, good));
                assertThat(run.counted(Metric.TIER_DAMAGES)).isEqualTo(1);
                // From now on it is a miss for whoever asks.
                assertThat(run.scene.lookup(run.scene.remote, run.tokens)).isEqualTo(good);
                run.scene.requireRetrieved(run.scene.anyEngine(), run.tokens, 0, 1, good);
                run.scene.close();
            });
        }
    }
}
