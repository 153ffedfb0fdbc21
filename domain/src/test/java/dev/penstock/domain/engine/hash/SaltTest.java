// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SaltTest {
    @Test
    void shouldLeaveTheRootAloneWhenThereIsNone() {
        assertThat(Salt.of("")).isSameAs(Salt.NONE);
        assertThat(Salt.NONE.root(42)).isEqualTo(42);
        assertThat(Salt.NONE.fingerprint()).isEqualTo("none");
    }

    @Test
    void shouldMakeTheRootThatItsContractSays() throws Exception {
        byte[] label = "penstock salted root v1\0".getBytes(StandardCharsets.US_ASCII);
        byte[] secret = "tenant-\u00fc".getBytes(StandardCharsets.UTF_8);
        ByteBuffer hashed = ByteBuffer.allocate(label.length + 8 + secret.length);
        hashed.put(label).putLong(-5).put(secret);

        long expected = ByteBuffer.wrap(Sha256.create().digest(hashed.array())).getLong();

        assertThat(Salt.of("tenant-\u00fc").root(-5)).isEqualTo(expected);
    }

    @Test
    void shouldNeverShowTheSecret() {
        Salt salt = Salt.of("hunter2");

        assertThat(salt.fingerprint())
                .matches("[0-9a-f]{32}")
                .isEqualTo(Salt.of("hunter2").fingerprint());
        assertThat(salt.fingerprint()).isNotEqualTo(Salt.of("hunter3").fingerprint());
        assertThat(salt.toString()).doesNotContain("hunter2").contains(salt.fingerprint());
        assertThat(HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", salt).toString())
                .doesNotContain("hunter2");
        assertThat(HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", salt).description())
                .doesNotContain("hunter2")
                .contains(salt.fingerprint());
    }

    @Test
    void shouldKeepTenantsApart() {
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            ChunkList list = new ChunkList();
            int[] tokens = HashVectors.range(0, 4096);
            Set<Long> seen = new HashSet<>();
            int chunks = 0;
            for (String tenant : new String[] {"", "a", "b", "aa", "0", "\0", "a\0"}) {
                Salt salt = Salt.of(tenant);
                HashConfig.of(algorithm, "0", salt).chunker(salt, 16, true).chunk(tokens, list);
                for (int i = 0; i < list.size(); i++) {
                    seen.add(list.hash(i));
                    chunks++;
                }
            }
            assertThat(seen).as("%s", algorithm).hasSize(chunks);
        }
    }

    /** With the salt as one more chunk in front, whoever knows it could reach the tenant's keys by typing it. */
    @Test
    void shouldNotBeReachedByTokensThatSpellTheSalt() {
        Salt salt = Salt.of("a");
        Sha256CborHasher hasher = new Sha256CborHasher("0");

        assertThat(salt.root(hasher.root())).isNotEqualTo(hasher.next(hasher.root(), new int[] {'a'}, 0, 1));
    }
}
