// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.engine.EngineScene.Looked;
import dev.penstock.domain.engine.EngineScene.Retrieved;
import dev.penstock.domain.engine.EngineScene.Stored;
import dev.penstock.domain.engine.hash.ChunkList;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A long sequence is hashed and begun a few chunks a step, so that the pipe moves the first ones meanwhile. */
class EngineStepTest {
    private static final int CHUNKS = 200;
    private static final int CHUNK_TOKENS = 64;
    /** Of 64 tokens, which are hashed in less than a microsecond and begun in about one. */
    private static final int MOST_IN_A_STEP = 20;

    private final List<Integer> perStep = new ArrayList<>();

    private static TokenChunker chunker() {
        return HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).chunker(Salt.NONE, CHUNK_TOKENS, false);
    }

    private static List<String> keys(int[] tokens) {
        ChunkList chunks = new ChunkList();
        chunker().chunk(tokens, chunks);
        List<String> keys = new ArrayList<>();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            keys.add(EngineScene.SPACE.key(chunks.hash(chunk)));
        }
        return keys;
    }

    private interface Scene {
        void play(int[] tokens, Nodes nodes, TestNode node, PagedCache cache);
    }

    private static void with(Scene scene) {
        Seeds.run(random -> {
            Nodes nodes = Nodes.working(random);
            TestNode node = nodes.start("alone", nodes.anyPipe());
            int[] tokens = new Random(3).ints(CHUNKS * CHUNK_TOKENS, 0, 100_000).toArray();
            PagedCache cache = PagedCache.of(node, random, 1, 2, 8, tokens.length);
            scene.play(tokens, nodes, node, cache);
            nodes.close();
        });
    }

    private static CacheEngine engine(StoredKeys chunks, TestNode node) {
        return new CacheEngine(
                EngineScene.SPACE, chunker(), ChunkLayout.LAYERS_FIRST, chunks, node.memory(), node.node());
    }

    private void stepUntilAll(TestNode node, List<String> seen) {
        perStep.add(seen.size());
        for (int step = 0; step < 10 * CHUNKS && seen.size() < CHUNKS; step++) {
            int before = seen.size();
            node.node().step();
            perStep.add(seen.size() - before);
        }
    }

    @Test
    void shouldPutAFewChunksAStep() {
        with((tokens, nodes, node, cache) -> {
            StoredKeys chunks = new StoredKeys();
            engine(chunks, node).store(tokens, 0, cache.kv(), cache.slots(), new Stored());
            assertThat(chunks.keys).isNotEmpty();
            stepUntilAll(node, chunks.keys);
            assertThat(perStep).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(MOST_IN_A_STEP));
            assertThat(chunks.keys).isEqualTo(keys(tokens));
        });
    }

    @Test
    void shouldPutTwoChunksAtOnceThenOneAStepAndThenSeveral() {
        with((tokens, nodes, node, cache) -> {
            StoredKeys chunks = new StoredKeys();
            engine(chunks, node).store(tokens, 0, cache.kv(), cache.slots(), new Stored());
            for (int put = 2; put <= 8; put++) {
                assertThat(chunks.keys).hasSize(put);
                node.node().step();
            }
            assertThat(chunks.keys).hasSizeGreaterThan(9);
        });
    }

    @Test
    void shouldGetTheFirstChunksBeforeItAskedForTheOthers() {
        with((tokens, nodes, node, cache) -> {
            StoredKeys chunks = new StoredKeys(key -> true);
            engine(chunks, node).retrieve(tokens, 0, cache.kv(), cache.slots(), new Retrieved());
            node.node().step();
            assertThat(chunks.got).isNotEmpty();
            assertThat(chunks.asked).isLessThan(CHUNKS / 2);
            stepUntilAll(node, chunks.got);
            assertThat(chunks.got).isEqualTo(keys(tokens));
        });
    }

    @Test
    void shouldNotAskForWhatIsBehindAGap() {
        with((tokens, nodes, node, cache) -> {
            List<String> first = keys(tokens).subList(0, 6);
            StoredKeys chunks = new StoredKeys(first::contains);
            Looked looked = new Looked();
            engine(chunks, node).lookup(tokens, 0, looked);
            assertThat(looked.answer(nodes).hitTokens()).isEqualTo(6 * CHUNK_TOKENS);
            assertThat(chunks.asked).isLessThan(20);
        });
    }
}
