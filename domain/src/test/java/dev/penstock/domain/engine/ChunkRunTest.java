// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.domain.engine.hash.ChunkList;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.transport.testkit.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkRunTest {
    private static TokenChunker chunker(int chunkTokens, boolean partialTail) {
        return HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).chunker(Salt.NONE, chunkTokens, partialTail);
    }

    @Test
    void shouldCutAndHashStepByStepAsTheChunkerDoesAtOnce() {
        for (int run = 0; run < 200; run++) {
            Seeds.run(ChunkRunTest::compareWithChunker);
        }
    }

    private static void compareWithChunker(Random random) {
        int size = 1 + random.nextInt(random.nextBoolean() ? 9 : 600);
        boolean partial = random.nextBoolean();
        int[] tokens = random.ints(random.nextInt(12 * size), 0, 150_000).toArray();
        int skipped = random.nextInt(tokens.length / size + 1);
        ChunkList expected = new ChunkList();
        chunker(size, partial).chunk(tokens, expected);
        int[] own = tokens.clone();
        ChunkRun cut = ChunkRun.of(chunker(size, partial), own, skipped * size);
        // The caller's array is the caller's again.
        Arrays.fill(own, 0);

        int count = Math.max(0, expected.size() - skipped);
        assertThat(cut.size()).isEqualTo(count);
        assertThat(cut.firstToken()).isEqualTo(skipped * size);
        assertThat(cut.endToken()).isEqualTo(Math.max(skipped * size, expected.tokens()));
        StepBudget budget = new StepBudget();
        for (int chunk = 0; chunk < count; chunk++) {
            if (random.nextBoolean()) {
                int steps = 0;
                budget.renew();
                while (!cut.reach(chunk, budget)) {
                    budget.renew();
                    assertThat(++steps).as("steps to one chunk").isLessThan(20);
                }
            }
            assertThat(cut.hash(chunk)).isEqualTo(expected.hash(skipped + chunk));
            assertThat(cut.start(chunk)).isEqualTo(expected.start(skipped + chunk));
            assertThat(cut.start(chunk) + cut.tokens(chunk)).isEqualTo(expected.end(skipped + chunk));
            assertThat(cut.tokensOf(chunk + 1)).isEqualTo(expected.end(skipped + chunk) - skipped * size);
        }
        assertThat(cut.mask(0)).hasSize(tokens.length).doesNotContain(true);
        assertThat(cut.mask(count)).isEqualTo(EngineScene.mask(tokens.length, skipped * size, cut.endToken()));
    }

    @Test
    void shouldHashALittleInAStepAndGoOnInTheNext() {
        int[] tokens = new int[512 * 256];
        Arrays.setAll(tokens, i -> i);
        ChunkRun run = ChunkRun.of(chunker(256, false), tokens, 256 * 256);
        StepBudget budget = new StepBudget();
        int steps = 0;
        boolean there = false;
        while (!there) {
            budget.renew();
            there = run.reach(run.size() - 1, budget);
            steps++;
            assertThat(steps).isLessThan(1_000);
        }
        // 131,072 tokens take more than a millisecond; a step of this takes a fiftieth of that at most.
        assertThat(steps).isBetween(50, 200);
    }

    @Test
    void shouldRefuseATokenThatIsNegativeBeforeItHashesAnything() {
        int[] tokens = {1, 2, 3, 4, 5};
        tokens[3] = -7;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChunkRun.of(chunker(2, false), tokens, 0))
                .withMessageContaining("token -7 at index 3");
        // In no chunk, so it does not matter.
        int[] tail = {1, 2, 3, 4, -5};
        assertThat(ChunkRun.of(chunker(2, false), tail, 0).size()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChunkRun.of(chunker(2, true), tail, 0))
                .withMessageContaining("token -5 at index 4");
    }
}
