// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.cuda.CudaInventory;
import dev.penstock.adapter.cuda.CudaInventory.Gpu;
import dev.penstock.adapter.cuda.CudaInventory.Reach;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuFindingsTest {
    @Test
    void shouldNameEachGpuAndHowItReachesOthers() {
        CudaInventory inventory = new CudaInventory(
                13_010,
                List.of(
                        new Gpu(0, "H200", 140L << 30, "9.0", List.of(new Reach(1, true), new Reach(2, false))),
                        new Gpu(1, "H200", 140L << 30, "9.0", List.of())));

        assertThat(GpuFindings.describe(inventory))
                .containsExactly(
                        Finding.ok("CUDA driver", "knows CUDA 13.1"),
                        Finding.ok(
                                "cuda:0",
                                "H200, 140 GiB, compute capability 9.0, reaches cuda:1 by NVLink, cuda:2 by PCI Express"),
                        Finding.ok("cuda:1", "H200, 140 GiB, compute capability 9.0"));
    }
}
