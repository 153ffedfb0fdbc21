// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.domain.fixture.RandomMeta;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.wire.PartEntry;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObjectMetaCodecTest {
    private static final ObjectMeta META =
            new ObjectMeta("kä", KvShape.of(32, 2, 256, 1024), DType.BFLOAT16, KvFormat.KV_L2TD, 200);

    @Test
    void shouldWriteTheBytesOfTheProtocol() {
        byte[] key = "kä".getBytes(StandardCharsets.UTF_8);
        byte[] expected = {2, 64, 4, 32, 2, (byte) 0x80, 2, (byte) 0x80, 8, (byte) 0xC8, 1, key[0], key[1], key[2]};
        assertThat(ObjectMetaCodec.encode(META)).isEqualTo(expected);
    }

    @Test
    void shouldReadWhatItWrote() {
        for (int run = 0; run < 500; run++) {
            Seeds.run(random -> {
                ObjectMeta meta = RandomMeta.any(random);
                byte[] header = ObjectMetaCodec.encode(meta);
                assertThat(header.length).isLessThanOrEqualTo(PartEntry.MAX_HEADER_BYTES);
                assertThat(ObjectMetaCodec.decode(header, meta.lengthBytes())).isEqualTo(meta);
            });
        }
    }

    @Test
    void shouldReadTheLongestKeyAndTheLargestNumbers() {
        ObjectMeta meta = new ObjectMeta(
                "\uD83D\uDE00".repeat(ObjectMeta.MAX_KEY_BYTES / 4),
                KvShape.of(1, 1, 1, 1, 1 << 15, Integer.MAX_VALUE),
                DType.UINT8,
                KvFormat.UNDEFINED,
                Integer.MAX_VALUE);
        byte[] header = ObjectMetaCodec.encode(meta);
        assertThat(header.length).isLessThanOrEqualTo(PartEntry.MAX_HEADER_BYTES);
        assertThat(ObjectMetaCodec.decode(header, meta.lengthBytes())).isEqualTo(meta);
    }

    @Test
    void shouldRefuseHeadersThatDoNotFitTheObject() {
        byte[] header = ObjectMetaCodec.encode(META);
        requireRefused(header, META.lengthBytes() - 1);
        requireRefused(header, 0);
        for (int length = 0; length < header.length - 2; length++) {
            requireRefused(Arrays.copyOf(header, length), META.lengthBytes());
        }
        // Half a character at the end.
        requireRefused(Arrays.copyOf(header, header.length - 1), META.lengthBytes());
    }

    @Test
    void shouldRefuseMalformedHeadersAsNothingButAProtocolFailure() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                for (int i = 0; i < 500; i++) {
                    ObjectMeta meta = RandomMeta.any(random);
                    requireReadOrRefused(damaged(ObjectMetaCodec.encode(meta), random), meta.lengthBytes());
                    byte[] noise = new byte[random.nextInt(40)];
                    random.nextBytes(noise);
                    requireReadOrRefused(noise, random.nextInt(100));
                }
            });
        }
    }

    private static byte[] damaged(byte[] header, Random random) {
        byte[] bytes = header.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            // Mostly in front, where the numbers are.
            int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(12, bytes.length));
            bytes[at] = (byte) random.nextInt();
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    private static void requireReadOrRefused(byte[] header, long lengthBytes) {
        try {
            ObjectMeta meta = ObjectMetaCodec.decode(header, lengthBytes);
            assertThat(meta.lengthBytes()).isEqualTo(lengthBytes);
        } catch (KvTransferException e) {
            assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
        }
    }

    private static void requireRefused(byte[] header, long lengthBytes) {
        assertThatThrownBy(() -> ObjectMetaCodec.decode(header, lengthBytes))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }
}
