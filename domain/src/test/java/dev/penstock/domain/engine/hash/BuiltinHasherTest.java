// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltinHasherTest {
    @Test
    void shouldEqualLmcache() {
        BuiltinHasher hasher = new BuiltinHasher("0");
        int[] tokens = HashVectors.range(0, 512);

        long c0 = hasher.next(hasher.root(), tokens, 0, 256);
        long c1 = hasher.next(c0, tokens, 256, 512);

        assertThat(hasher.root()).isEqualTo(5313149338359954478L);
        assertThat(hasher.algorithm().hex(c0)).isEqualTo("5f05dec65811b7cc");
        assertThat(hasher.algorithm().hex(c1)).isEqualTo("-adc333b9eaa0e45");
    }

    @Test
    void shouldEqualLmcacheWithoutVllm() {
        BuiltinHasher hasher = BuiltinHasher.ofRoot(0);

        assertThat(hasher.root()).isZero();
        assertThat(hasher.next(0, HashVectors.range(0, 256), 0, 256)).isEqualTo(3131758554629441992L);
    }

    @Test
    void shouldEqualCpythonOverAllVectors() {
        List<String[]> roots = HashVectors.lines(HashAlgorithm.BUILTIN, "root");
        List<String[]> chunks = HashVectors.lines(HashAlgorithm.BUILTIN, "next");
        List<String[]> integers = HashVectors.lines(HashAlgorithm.BUILTIN, "int");

        assertThat(roots).hasSizeGreaterThanOrEqualTo(10);
        assertThat(chunks).hasSizeGreaterThan(200);
        assertThat(integers).hasSizeGreaterThan(10);
        for (String[] root : roots) {
            assertThat(new BuiltinHasher(root[0]).root())
                    .as("root of seed '%s'", root[0])
                    .isEqualTo(Long.parseLong(root[1]));
        }
        BuiltinHasher hasher = BuiltinHasher.ofRoot(0);
        for (String[] chunk : chunks) {
            int[] tokens = HashVectors.tokens(chunk[3]);
            assertThat(hasher.next(Long.parseLong(chunk[1]), tokens, 0, tokens.length))
                    .as("hash of %s after %s", chunk[3], chunk[1])
                    .isEqualTo(Long.parseLong(chunk[2]));
        }
        for (String[] integer : integers) {
            assertThat(BuiltinHasher.hashOfInteger(Long.parseLong(integer[1])))
                    .as("hash of %s", integer[1])
                    .isEqualTo(Long.parseLong(integer[2]));
        }
    }

    @Test
    void shouldTakeChunksOutOfTheMiddle() {
        BuiltinHasher hasher = BuiltinHasher.ofRoot(0);

        assertThat(hasher.next(5, new int[] {9, 1, 2, 3, 9}, 1, 4))
                .isEqualTo(hasher.next(5, new int[] {1, 2, 3}, 0, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "random", "-1", "+1", " 1", "0x1", "4294967296", "99999999999999999999", "\u0661"})
    void shouldRejectSeedsThatPythonHasNotOrThatAreNotRepeatable(String seed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BuiltinHasher(seed))
                .withMessageContaining("PYTHONHASHSEED");
    }

    @Test
    void shouldRejectNegativeTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BuiltinHasher.ofRoot(0).next(0, new int[] {1, -1}, 0, 2))
                .withMessage("token -1 at index 1 is negative");
    }
}
