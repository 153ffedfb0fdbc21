// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.ports.memory.MemoryKind;
import org.junit.jupiter.api.Test;

class DeviceTest {
    @Test
    void shouldReadItsOwnLabels() {
        for (String label : new String[] {"cpu", "cuda:0", "cuda:7"}) {
            assertThat(Device.parse(label).label()).isEqualTo(label);
        }
        assertThat(Device.parse("cuda:3").gpu()).hasValue(3);
        assertThat(Device.parse("cuda:3").memoryKind()).isEqualTo(MemoryKind.CUDA);
        assertThat(Device.parse("cpu")).isEqualTo(Device.CPU);
        assertThat(Device.CPU.memoryKind()).isEqualTo(MemoryKind.HOST);
    }

    @Test
    void shouldRejectWhatIsNoDevice() {
        for (String text : new String[] {"", "gpu", "cuda", "cuda:", "cuda:x", "cuda:-1", "CPU", "cuda:99999999999"}) {
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> Device.parse(text))
                    .withMessageNotContaining("NumberFormat");
        }
    }
}
