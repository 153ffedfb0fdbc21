// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.kv.DType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceTest {
    private static List<String> keys(HashAlgorithm algorithm, int layers) {
        HashConfig hash = HashConfig.of(algorithm, "0", Salt.NONE);
        TokenChunker chunker = hash.chunker(Salt.NONE, 256, false);
        return new Sequence(0, 512).keys("m", 2, 1, DType.BFLOAT16, algorithm, chunker, layers);
    }

    @Test
    void shouldHaveTheKeysThatOthersComputed() {
        assertThat(keys(HashAlgorithm.SHA256_CBOR, 0))
                .containsExactly("m@2@1@b8a960cfcc69e7a5@bfloat16", "m@2@1@cc309e143d545625@bfloat16");
        assertThat(keys(HashAlgorithm.BUILTIN, 0))
                .containsExactly("m@2@1@5f05dec65811b7cc@bfloat16", "m@2@1@-adc333b9eaa0e45@bfloat16");
    }

    @Test
    void shouldHaveAKeyForEachLayer() {
        assertThat(keys(HashAlgorithm.SHA256_CBOR, 2))
                .startsWith("m@2@1@b8a960cfcc69e7a5@bfloat16@0", "m@2@1@b8a960cfcc69e7a5@bfloat16@1")
                .hasSize(4);
    }

    @Test
    void shouldHaveOtherTokensInEachRound() {
        assertThat(new Sequence(0, 3).tokens()).containsExactly(0, 1, 2);
        assertThat(new Sequence(1, 3).tokens()).containsExactly(3, 4, 5);
        assertThat(IntStream.of(new Sequence(Integer.MAX_VALUE, 3).tokens())).allMatch(token -> token >= 0);
    }
}
