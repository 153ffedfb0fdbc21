// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.adapter.loopback.Descriptor.SharedBlock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.RegionId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorTest {
    private static final Descriptor DESCRIPTOR = new Descriptor(
            new EndpointAddress("node-1", 0x0123456789abcdefL, -2),
            List.of(new SharedBlock(new RegionId(7), 0, 4096), new SharedBlock(new RegionId(9), 3, 5L << 30)));
    private static final int NAME_OFFSET = 7;
    private static final int REGIONS_OFFSET = NAME_OFFSET + 6 + 16;

    @Test
    void shouldReadWhatItWrote() {
        assertThat(Descriptor.decode(DESCRIPTOR.encode())).isEqualTo(DESCRIPTOR);
    }

    @Test
    void shouldKeepItsFormat() {
        ByteBuffer bytes = ByteBuffer.wrap(DESCRIPTOR.encode()).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(new String(DESCRIPTOR.encode(), 0, 4, StandardCharsets.US_ASCII))
                .isEqualTo("PNLB");
        assertThat(bytes.getShort(4)).isEqualTo((short) 1);
        assertThat(bytes.get(6)).isEqualTo((byte) 6);
        assertThat(bytes.getLong(NAME_OFFSET + 6)).isEqualTo(0x0123456789abcdefL);
        assertThat(bytes.getInt(REGIONS_OFFSET)).isEqualTo(2);
        assertThat(bytes.getInt(REGIONS_OFFSET + 4)).isEqualTo(7);
        assertThat(bytes.getLong(REGIONS_OFFSET + 12)).isEqualTo(4096);
        assertThat(bytes.limit()).isEqualTo(REGIONS_OFFSET + 4 + 2 * 16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../", "/etc/x", "a/../b", "node~1", "node\u00001", "node\n1", "node 1"})
    void shouldRefuseNamesThatCouldBePaths(String name) {
        byte[] encoded = DESCRIPTOR.encode();
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, encoded, NAME_OFFSET, 6);

        assertRefused(encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "..."})
    void shouldMakeADirectoryNameOfAnyName(String name) {
        EndpointAddress address = new EndpointAddress(name, 1, 2);

        assertThat(address.directoryName()).isEqualTo(name + "~0000000000000001~0000000000000002");
        assertThat(EndpointAddress.ofDirectory(address.directoryName())).contains(address);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x10000000})
    void shouldRefuseAWrongNumberOfRegions(int count) {
        assertRefused(withInt(REGIONS_OFFSET, count));
    }

    @Test
    void shouldRefuseWrongRegions() {
        assertRefused(withInt(REGIONS_OFFSET + 4, 0));
        assertRefused(withInt(REGIONS_OFFSET + 4, -7));
        assertRefused(withInt(REGIONS_OFFSET + 4, 9));
        assertRefused(withInt(REGIONS_OFFSET + 8, -1));
        assertRefused(withInt(REGIONS_OFFSET + 12, 0));
        assertRefused(withInt(REGIONS_OFFSET + 16, Integer.MIN_VALUE));
    }

    @Test
    void shouldRefuseOtherFormats() {
        assertRefused(withInt(0, 42));
        assertRefused(withInt(4, 2));
        assertRefused(Arrays.copyOf(DESCRIPTOR.encode(), DESCRIPTOR.encode().length + 1));
        assertRefused(Arrays.copyOf(DESCRIPTOR.encode(), DESCRIPTOR.encode().length - 1));
        assertRefused(new byte[0]);
    }

    private static byte[] withInt(int offset, int value) {
        byte[] encoded = DESCRIPTOR.encode();
        ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
        return encoded;
    }

    private static void assertRefused(byte[] encoded) {
        assertThatThrownBy(() -> Descriptor.decode(encoded))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }
}
