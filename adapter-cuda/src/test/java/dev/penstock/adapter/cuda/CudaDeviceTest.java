// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import org.junit.jupiter.api.Test;

class CudaDeviceTest {
    /** Holds on every host: there is no driver, or no GPU of this number. */
    private static final int NONE = 999;

    @Test
    void shouldSayWhyThereIsNoGpu() {
        String reason = CudaDevice.availability(NONE).reason().orElseThrow();

        assertThat(reason).doesNotContain("\n").doesNotContain("java.").isNotBlank();
        assertThat(CudaDevice.availability(NONE).reason())
                .as("asked again, when the library has failed to load before")
                .contains(reason);
    }

    @Test
    void shouldNotOpenWhatIsNotThere() {
        KvTransferException failure = catchThrowableOfType(KvTransferException.class, () -> CudaDevice.open(NONE));

        assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(failure).hasMessage(CudaDevice.availability(NONE).reason().orElseThrow());
    }
}
