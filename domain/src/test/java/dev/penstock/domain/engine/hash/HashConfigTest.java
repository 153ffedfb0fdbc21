// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.ports.control.SessionTerms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HashConfigTest {
    @Test
    void shouldDescribeWhatChangesHashes() {
        assertThat(HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).description())
                .isEqualTo("sha256_cbor seed=0 salt=none");
        assertThat(HashConfig.of(HashAlgorithm.BUILTIN, "root:0", Salt.of("x")).description())
                .isEqualTo("builtin seed=root:0 salt=" + Salt.of("x").fingerprint());
    }

    @Test
    void shouldFitIntoSessionTerms() {
        HashConfig longest = new HashConfig(HashAlgorithm.SHA256_CBOR, "s".repeat(256), "f".repeat(64));

        assertThat(longest.description().length()).isLessThanOrEqualTo(SessionTerms.MAX_TEXT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashConfig.of(HashAlgorithm.SHA256_CBOR, "s".repeat(257), Salt.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashConfig.of(HashAlgorithm.SHA256_CBOR, "a\nb", Salt.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new HashConfig(HashAlgorithm.SHA256_CBOR, "0", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HashConfig(HashAlgorithm.SHA256_CBOR, "0", "f".repeat(65)));
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256_CBOR, 0, 5625442194607170974",
        "BUILTIN, 0, 5313149338359954478",
        "BUILTIN, root:0, 0",
        "BUILTIN, root:-5282990986457227702, -5282990986457227702"
    })
    void shouldMakeHashersWithTheRightRoot(HashAlgorithm algorithm, String seed, long root) {
        ChunkHasher hasher = HashConfig.of(algorithm, seed, Salt.NONE).hasher();

        assertThat(hasher.root()).isEqualTo(root);
        assertThat(hasher.algorithm()).isEqualTo(algorithm);
    }

    @Test
    void shouldRefuseSeedsThatDoNotSuitTheAlgorithmAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashConfig.of(HashAlgorithm.BUILTIN, "vllm-none-hash", Salt.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashConfig.of(HashAlgorithm.BUILTIN, "root:x", Salt.NONE));
    }

    @Test
    void shouldRefuseAnotherSaltThanTheOneDescribed() {
        HashConfig config = HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.of("a"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.chunker(Salt.of("b"), 256, false))
                .withMessageContaining(Salt.of("a").fingerprint());
        assertThat(config.chunker(Salt.of("a"), 256, false).root())
                .isEqualTo(Salt.of("a").root(new Sha256CborHasher("0").root()));
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindAlgorithmsByName(HashAlgorithm algorithm) {
        assertThat(HashAlgorithm.parse(algorithm.label())).isEqualTo(algorithm);
        assertThat(algorithm).hasToString(algorithm.label());
    }

    @Test
    void shouldKnowTheOldNameAndListTheNames() {
        assertThat(HashAlgorithm.parse("sha256_cbor_64bit")).isEqualTo(HashAlgorithm.SHA256_CBOR);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashAlgorithm.parse("sha256"))
                .withMessageContaining("sha256_cbor and builtin");
    }
}
