// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.transport.testkit.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenChunkerTest {
    private final ChunkList list = new ChunkList();

    @Test
    void shouldCutAndChainLikeLmcache() {
        TokenChunker chunker = new TokenChunker(new Sha256CborHasher("0"), Salt.NONE, 256, false);

        chunker.chunk(HashVectors.range(0, 600), list);

        assertThat(list.size()).isEqualTo(2);
        assertThat(list.tokens()).isEqualTo(512);
        assertThat(list.start(1)).isEqualTo(256);
        assertThat(list.end(1)).isEqualTo(512);
        assertThat(Long.toHexString(list.hash(0))).isEqualTo("b8a960cfcc69e7a5");
        assertThat(Long.toHexString(list.hash(1))).isEqualTo("cc309e143d545625");
    }

    @Test
    void shouldHashTheTailOnlyIfAsked() {
        Sha256CborHasher hasher = new Sha256CborHasher("0");
        int[] tokens = HashVectors.range(0, 600);

        new TokenChunker(hasher, Salt.NONE, 256, true).chunk(tokens, list);

        assertThat(list.size()).isEqualTo(3);
        assertThat(list.start(2)).isEqualTo(512);
        assertThat(list.end(2)).isEqualTo(600);
        assertThat(list.hash(2)).isEqualTo(hasher.next(list.hash(1), tokens, 512, 600));
    }

    @Test
    void shouldHandleEmptyAndShortSequences() {
        TokenChunker whole = new TokenChunker(BuiltinHasher.ofRoot(0), Salt.NONE, 4, false);
        TokenChunker partial = new TokenChunker(BuiltinHasher.ofRoot(0), Salt.NONE, 4, true);

        whole.chunk(new int[] {1, 2, 3}, list);
        assertThat(list.size()).isZero();
        assertThat(list.tokens()).isZero();
        partial.chunk(new int[0], list);
        assertThat(list.size()).isZero();
        partial.chunk(new int[] {1, 2, 3}, list);
        assertThat(list.size()).isEqualTo(1);
        whole.chunk(new int[] {1, 2, 3, 4}, list);
        assertThat(list.size()).isEqualTo(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> list.hash(1));
    }

    @Test
    void shouldRejectImpossibleArguments() {
        TokenChunker chunker = new TokenChunker(BuiltinHasher.ofRoot(0), Salt.NONE, 2, true);
        int[] tokens = {1, 2, 3, -4};

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenChunker(BuiltinHasher.ofRoot(0), Salt.NONE, 0, true));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> chunker.chunk(tokens, 5, list));
        assertThatIllegalArgumentException().isThrownBy(() -> chunker.chunk(tokens, list));
        assertThat(list.size()).as("chunks before the bad token").isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chunker.extend(tokens, 1, list))
                .withMessageContaining("covers 2 tokens");
    }

    @Test
    void shouldMakeTheSameOfASequenceThatGrows() {
        Seeds.run(random -> {
            for (int run = 0; run < 200; run++) {
                ChunkHasher hasher = random.nextBoolean() ? new Sha256CborHasher("0") : new BuiltinHasher("0");
                TokenChunker chunker = new TokenChunker(
                        hasher,
                        Salt.of(random.nextBoolean() ? "" : "salt"),
                        1 + random.nextInt(9),
                        random.nextBoolean());
                int[] tokens = random.ints(random.nextInt(200), 0, 151_936).toArray();
                ChunkList grown = new ChunkList();
                ChunkList fresh = new ChunkList();
                int length = 0;
                while (length < tokens.length) {
                    length += 1 + random.nextInt(tokens.length - length);
                    chunker.extend(tokens, length, grown);
                    chunker.chunk(tokens, length, fresh);
                    assertSame(grown, fresh);
                    if (random.nextInt(4) == 0) {
                        // Not a token more: nothing changes.
                        chunker.extend(tokens, length, grown);
                        assertSame(grown, fresh);
                    }
                }
            }
        });
    }

    @Test
    void shouldAgreeExactlyAsFarAsSequencesDo() {
        Seeds.run(random -> {
            for (int run = 0; run < 300; run++) {
                int chunkTokens = 1 + random.nextInt(8);
                TokenChunker chunker = new TokenChunker(new Sha256CborHasher("0"), Salt.NONE, chunkTokens, true);
                int[] a = random.ints(1 + random.nextInt(100), 0, 3).toArray();
                int[] b = mutated(random, a);
                ChunkList chunksOfA = new ChunkList();
                ChunkList chunksOfB = new ChunkList();
                chunker.chunk(a, chunksOfA);
                chunker.chunk(b, chunksOfB);

                assertNaive(a, chunkTokens, chunksOfA);
                for (int i = 0; i < Math.min(chunksOfA.size(), chunksOfB.size()); i++) {
                    boolean samePrefix = chunksOfA.end(i) == chunksOfB.end(i)
                            && Arrays.equals(a, 0, chunksOfA.end(i), b, 0, chunksOfB.end(i));
                    assertThat(chunksOfA.hash(i) == chunksOfB.hash(i)).isEqualTo(samePrefix);
                }
            }
        });
    }

    private static int[] mutated(Random random, int[] tokens) {
        int[] copy = Arrays.copyOf(tokens, 1 + random.nextInt(tokens.length + 10));
        if (random.nextBoolean()) {
            copy[random.nextInt(copy.length)]++;
        }
        return copy;
    }

    private static void assertNaive(int[] tokens, int chunkTokens, ChunkList chunks) {
        Sha256CborHasher hasher = new Sha256CborHasher("0");
        long previous = hasher.root();
        int chunk = 0;
        for (int start = 0; start < tokens.length; start += chunkTokens, chunk++) {
            int[] part = Arrays.copyOfRange(tokens, start, Math.min(tokens.length, start + chunkTokens));
            previous = hasher.next(previous, part, 0, part.length);
            assertThat(chunks.start(chunk)).isEqualTo(start);
            assertThat(chunks.end(chunk)).isEqualTo(start + part.length);
            assertThat(chunks.hash(chunk)).isEqualTo(previous);
        }
        assertThat(chunks.size()).isEqualTo(chunk);
    }

    private static void assertSame(ChunkList actual, ChunkList expected) {
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.start(i)).isEqualTo(expected.start(i));
            assertThat(actual.end(i)).isEqualTo(expected.end(i));
            assertThat(actual.hash(i)).isEqualTo(expected.hash(i));
        }
    }
}
