// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.RegionId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class DescriptorTest {
    private static final Descriptor SAMPLE = new Descriptor(
            "node-1",
            0x0123456789abcdefL,
            List.of(
                    new RemoteRegion(new RegionId(1), MemoryKind.HOST, 0, 0x7f0000000000L, 5L << 30),
                    new RemoteRegion(new RegionId(2), MemoryKind.CUDA, 3, 4096, 1)),
            ByteBuffer.wrap(new byte[] {1, 2, 3}));
    private static final int REGION_COUNT_AT = 4 + 2 + 1 + 6 + 8;

    @Test
    void shouldReadWhatItWrote() {
        assertThat(Descriptor.decode(SAMPLE.encode())).isEqualTo(SAMPLE);
    }

    @Test
    void shouldBeginWithItsMagicAndVersion() {
        assertThat(SAMPLE.encode()).startsWith('P', 'N', 'X', 'L', 1, 0, 6, 'n', 'o', 'd', 'e', '-', '1');
    }

    @Test
    void shouldRefuseEveryPrefix() {
        byte[] encoded = SAMPLE.encode();
        for (int length = 0; length < encoded.length; length++) {
            requireRefused(Arrays.copyOf(encoded, length));
        }
        requireRefused(Arrays.copyOf(encoded, encoded.length + 1));
    }

    @Test
    void shouldRefuseEveryChangedByte() {
        for (int at = 0; at < SAMPLE.encode().length; at++) {
            byte[] changed = SAMPLE.encode();
            changed[at] ^= 0x10;
            requireRefused(changed);
        }
    }

    /** Whoever can make the checksum right can still not make it read beyond its bytes. */
    @Test
    void shouldRefuseCountsThatDoNotFit() {
        for (int count : new int[] {-1, 3, Integer.MAX_VALUE}) {
            requireRefused(forged(REGION_COUNT_AT, count));
        }
        int metadataLengthAt = SAMPLE.encode().length - 4 - 3 - 4;
        for (int length : new int[] {-1, 2, 4, Integer.MAX_VALUE}) {
            requireRefused(forged(metadataLengthAt, length));
        }
        int firstRegionId = REGION_COUNT_AT + 4;
        requireRefused(forged(firstRegionId, 2));
        requireRefused(forged(firstRegionId, -1));
        int firstAddressHigh = firstRegionId + 4 + 1 + 4 + 4;
        requireRefused(forged(firstAddressHigh, -1));
        requireRefused(forged(firstAddressHigh + 8, -1));
    }

    private static byte[] forged(int at, int value) {
        byte[] encoded = SAMPLE.encode();
        ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(at, value);
        CRC32C crc = new CRC32C();
        crc.update(encoded, 0, encoded.length - 4);
        bytes.putInt(encoded.length - 4, (int) crc.getValue());
        return encoded;
    }

    private static void requireRefused(byte[] bytes) {
        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> Descriptor.decode(bytes))
                .matches(e -> e.kind() == FailureKind.PROTOCOL);
    }
}
