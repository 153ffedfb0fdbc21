// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.domain.engine.hash.CacheKeySpace.Tag;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeySpaceTest {
    private static final CacheKeySpace SHA =
            new CacheKeySpace("org/model-8b", 4, 3, DType.BFLOAT16, HashAlgorithm.SHA256_CBOR);
    private static final CacheKeySpace BUILTIN =
            new CacheKeySpace("org/model-8b", 4, 3, DType.BFLOAT16, HashAlgorithm.BUILTIN);

    @Test
    void shouldWriteKeysAsLmcacheDoes() {
        CacheKeySpace tagged = new CacheKeySpace(
                "m", 1, 0, DType.HALF, List.of(new Tag("user", "u%1"), new Tag("a", "")), HashAlgorithm.SHA256_CBOR);

        assertThat(SHA.key(0xb8a960cfcc69e7a5L)).isEqualTo("org/model-8b@4@3@b8a960cfcc69e7a5@bfloat16");
        assertThat(SHA.key(0xfL)).isEqualTo("org/model-8b@4@3@f@bfloat16");
        assertThat(SHA.layerKey(0xfL, 31)).isEqualTo("org/model-8b@4@3@f@bfloat16@31");
        assertThat(BUILTIN.key(-0xadc333b9eaa0e45L)).isEqualTo("org/model-8b@4@3@-adc333b9eaa0e45@bfloat16");
        assertThat(tagged.key(1)).isEqualTo("m@1@0@1@half@user%u%1@a%");
        assertThat(tagged.layerKey(1, 2)).isEqualTo("m@1@0@1@half@2@user%u%1@a%");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "-1, ffffffffffffffff, -1",
        "9223372036854775807, 7fffffffffffffff, 7fffffffffffffff",
        "-9223372036854775808, 8000000000000000, -8000000000000000"
    })
    void shouldWriteExtremeHashes(long hash, String unsigned, String signed) {
        assertThat(HashAlgorithm.SHA256_CBOR.hex(hash)).isEqualTo(unsigned);
        assertThat(HashAlgorithm.BUILTIN.hex(hash)).isEqualTo(signed);
        assertThat(HashAlgorithm.SHA256_CBOR.parseHex(unsigned)).isEqualTo(hash);
        assertThat(HashAlgorithm.BUILTIN.parseHex(signed)).isEqualTo(hash);
    }

    @Test
    void shouldReadWhatItWrites() {
        Seeds.run(random -> {
            for (int run = 0; run < 2_000; run++) {
                HashAlgorithm algorithm = pick(random, HashAlgorithm.values());
                List<Tag> tags = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    tags.add(new Tag("t" + text(random, "abc.0"), text(random, "xyz%/ 7")));
                }
                CacheKeySpace space = new CacheKeySpace(
                        "m" + text(random, "abc/-.%_0\u6c34"),
                        1 + random.nextInt(16),
                        random.nextInt(16),
                        pick(random, DType.values()),
                        tags,
                        algorithm);
                long hash = random.nextLong() >> random.nextInt(64);
                CacheKey whole = new CacheKey(space, hash, OptionalInt.empty());
                CacheKey layer = new CacheKey(space, hash, OptionalInt.of(random.nextInt(100)));

                assertThat(CacheKeySpace.parse(space.key(hash), algorithm)).isEqualTo(whole);
                assertThat(CacheKeySpace.parse(layer.toString(), algorithm)).isEqualTo(layer);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "m@1@0@1",
                "@1@0@1@half",
                "m@0@0@1@half",
                "m@1@-1@1@half",
                "m@01@0@1@half",
                "m@+1@0@1@half",
                "m@1@x@1@half",
                "m@1@0@@half",
                "m@1@0@01@half",
                "m@1@0@F@half",
                "m@1@0@-1@half",
                "m@1@0@10000000000000000@half",
                "m@1@0@1@float16",
                "m@1@0@1@HALF",
                "m@1@0@1@quarter",
                "m@1@0@1@half@",
                "m@1@0@1@half@-1",
                "m@1@0@1@half@1@2",
                "m@1@0@1@half@layer",
                "m@1@0@1@half@%v",
                "m@1@0@1@half@a%b@3",
                "model@hub@1@0@1@half",
                "m\n@1@0@1@half"
            })
    void shouldRejectWhatIsNoKey(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CacheKeySpace.parse(text, HashAlgorithm.SHA256_CBOR))
                .withMessageContaining("is no cache key");
    }

    @Test
    void shouldRejectUnsignedHashesWhereTheyAreSigned() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CacheKeySpace.parse("m@1@0@b8a960cfcc69e7a5@half", HashAlgorithm.BUILTIN));
    }

    @Test
    void shouldSayWhyAModelNameCanNotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheKeySpace("model@main", 1, 0, DType.HALF, HashAlgorithm.BUILTIN))
                .withMessageContaining("'model@main'")
                .withMessageContaining("'@'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheKeySpace("", 1, 0, DType.HALF, HashAlgorithm.BUILTIN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheKeySpace("m\u0000", 1, 0, DType.HALF, HashAlgorithm.BUILTIN));
    }

    @Test
    void shouldMakeNoKeyThatAnObjectCanNotHave() {
        int room = ObjectMeta.MAX_KEY_BYTES - "@1@0@-8000000000000000@half@2147483647".length();
        CacheKeySpace longest = new CacheKeySpace("m".repeat(room), 1, 0, DType.HALF, HashAlgorithm.BUILTIN);

        ObjectMeta.checkKey(longest.layerKey(Long.MIN_VALUE, Integer.MAX_VALUE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheKeySpace("m".repeat(room + 1), 1, 0, DType.HALF, HashAlgorithm.BUILTIN));
        assertThatIllegalArgumentException().isThrownBy(() -> longest.layerKey(0, -1));
    }

    @ParameterizedTest
    @CsvSource({"'', v", "a@b, v", "a%b, v", "a, v@w"})
    void shouldRejectTagsThatWouldNotParse(String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Tag(name, value));
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
