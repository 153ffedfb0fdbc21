// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.transport.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectMetaTest {
    @Test
    void shouldKnowTheReferenceObjectsLength() {
        ObjectMeta meta = new ObjectMeta("key", KvShape.of(32, 2, 256, 1024), DType.BFLOAT16, KvFormat.KV_L2TD, 256);

        assertThat(meta.lengthBytes()).isEqualTo(32L << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4095, 4096})
    void shouldTakeKeysUpToTheLimit(int length) {
        assertThatCode(() -> ObjectMeta.checkKey("k".repeat(length))).doesNotThrowAnyException();
    }

    @Test
    void shouldCountKeysInBytes() {
        assertThatCode(() -> ObjectMeta.checkKey("\u00fc".repeat(2048))).doesNotThrowAnyException();
        assertThatCode(() -> ObjectMeta.checkKey("\u6c34".repeat(1365))).doesNotThrowAnyException();
        assertThatCode(() -> ObjectMeta.checkKey("\ud83e\uddca".repeat(1024))).doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectMeta.checkKey(""));
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectMeta.checkKey("k".repeat(4097)));
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectMeta.checkKey("\u00fc".repeat(2048) + "k"));
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectMeta.checkKey("\u6c34".repeat(1366)));
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectMeta.checkKey("\ud83e\uddca".repeat(1024) + "k"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "a\nb",
                "\u001f",
                "\u007f",
                "\u0080",
                "\u009f",
                "\ud83e",
                "\uddca",
                "\uddca\ud83e",
                "a\ud83eb"
            })
    void shouldRejectControlCharactersAndHalvesOfPairs(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectMeta.checkKey(key))
                .withMessageContaining("index");
    }

    @Test
    void shouldAgreeWithTheEncoderAboutKeys() {
        Seeds.run(random -> {
            for (int run = 0; run < 5_000; run++) {
                StringBuilder text = new StringBuilder();
                int length = random.nextInt(20);
                for (int i = 0; i < length; i++) {
                    text.append((char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(0x100)));
                }
                String key = text.toString();
                boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(key);
                boolean valid = !key.isEmpty() && encodable && key.chars().noneMatch(Character::isISOControl);
                if (valid) {
                    assertThatCode(() -> ObjectMeta.checkKey(key)).doesNotThrowAnyException();
                } else {
                    assertThatIllegalArgumentException().isThrownBy(() -> ObjectMeta.checkKey(key));
                }
            }
        });
    }

    @Test
    void shouldRejectObjectsOverTheLimit() {
        KvShape largest = KvShape.of(1 << 30, 1 << 13);
        ObjectMeta meta = new ObjectMeta("key", largest, DType.DOUBLE, KvFormat.UNDEFINED, 0);

        assertThat(meta.lengthBytes()).isEqualTo(ObjectMeta.MAX_LENGTH_BYTES);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ObjectMeta("key", KvShape.of(1 << 30, (1 << 13) + 1), DType.DOUBLE, KvFormat.UNDEFINED, 0))
                .withMessageContaining("2^46");
        // So large that the product with the element size overflows.
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ObjectMeta("key", KvShape.of(1 << 30, 1 << 30, 4), DType.DOUBLE, KvFormat.UNDEFINED, 0));
    }

    @Test
    void shouldRejectTokensThatTheShapeHasNoRoomFor() {
        KvShape shape = KvShape.of(2, 32, 256, 1024);

        assertThatCode(() -> new ObjectMeta("key", shape, DType.HALF, KvFormat.KV_2LTD, 200))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectMeta("key", shape, DType.HALF, KvFormat.KV_2LTD, 257))
                .withMessageContaining("257 tokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectMeta("key", shape, DType.HALF, KvFormat.KV_2LTD, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectMeta("key", KvShape.of(7), DType.HALF, KvFormat.KV_2LTD, 0))
                .withMessageContaining("token axis");
        assertThatCode(() -> new ObjectMeta("key", KvShape.of(7), DType.UINT8, KvFormat.BINARY, 256))
                .doesNotThrowAnyException();
    }
}
