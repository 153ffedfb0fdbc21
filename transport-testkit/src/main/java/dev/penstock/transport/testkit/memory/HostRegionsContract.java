// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What every source of host memory, and every block from it, must do. A subclass names the implementation. */
public abstract class HostRegionsContract {
    /** For subclasses. */
    protected HostRegionsContract() {}

    /** The source; the contract closes the blocks that it takes. */
    protected abstract HostRegions regions();

    @Test
    void shouldShareItsBytesBetweenWindows() {
        try (HostRegion block = regions().allocate(100_000)) {
            assertThat(block.lengthBytes()).isEqualTo(100_000);
            ByteBuffer one = block.window(10, 99_990);
            ByteBuffer other = block.window(50_001, 8);
            assertThat(other.position()).isZero();
            assertThat(other.limit()).isEqualTo(8);
            assertThat(other.capacity()).isEqualTo(8);

            one.putLong(49_991, 0x0807060504030201L);

            for (int i = 0; i < 8; i++) {
                assertThat(other.get(i)).isEqualTo((byte) (i + 1));
            }
        }
    }

    @Test
    void shouldKeepWindowsWithinTheBlock() {
        try (HostRegion block = regions().allocate(5000)) {
            assertThat(block.window(0, 5000).capacity()).isEqualTo(5000);
            assertThat(block.window(5000, 0).capacity()).isZero();
            assertRefused(block, 1, 5000);
            assertRefused(block, 5001, 0);
            assertRefused(block, -1, 10);
            assertRefused(block, 10, -1);
            assertRefused(block, Long.MAX_VALUE, 1);
        }
    }

    private static void assertRefused(HostRegion block, long offset, int length) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> block.window(offset, length));
    }

    @Test
    void shouldShowNothingAfterClose() {
        HostRegion block = regions().allocate(5000);
        block.close();
        block.close();

        assertThatIllegalStateException().isThrownBy(() -> block.window(0, 1));
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        HostRegions regions = regions();
        assertThat(regions.availableBytes()).isPositive();
        assertThatIllegalArgumentException().isThrownBy(() -> regions.allocate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> regions.allocate(-1));

        KvTransferException full =
                catchThrowableOfType(KvTransferException.class, () -> regions.allocate(Long.MAX_VALUE / 4));

        assertThat(full.kind()).isEqualTo(FailureKind.CAPACITY);
        assertThat(full).hasMessageContaining(Long.toString(Long.MAX_VALUE / 4));
    }
}
