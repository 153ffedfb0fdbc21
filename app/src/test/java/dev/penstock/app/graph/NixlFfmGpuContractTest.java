// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.adapter.nixl.ffm.NixlFfmTransportProvider;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** The contracts between two processes over NIXL by FFM, with the memory of one GPU and, where there are, of two. */
@Tag("gpu")
@Tag("anydevice")
class NixlFfmGpuContractTest {
    private static final String TWO_GPUS = "dev.penstock.app.graph.GpuPlacement#isThereAnother";
    private static final String ONE_GPU = "the GPU of this test reaches no other one";

    @Nested
    class OnOneGpu extends GpuTransportContract {
        OnOneGpu() {
            super(new NixlFfmTransportProvider(), GpuPlacement.SAME);
        }
    }

    @Nested
    @EnabledIf(value = TWO_GPUS, disabledReason = ONE_GPU)
    class OnTwoGpus extends GpuTransportContract {
        OnTwoGpus() {
            super(new NixlFfmTransportProvider(), GpuPlacement.OTHER);
        }
    }

    @Nested
    class KilledPeerOnOneGpu extends GpuKilledPeerContract {
        KilledPeerOnOneGpu() {
            super(new NixlFfmTransportProvider(), GpuPlacement.SAME);
        }
    }

    @Nested
    @EnabledIf(value = TWO_GPUS, disabledReason = ONE_GPU)
    class KilledPeerOnTwoGpus extends GpuKilledPeerContract {
        KilledPeerOnTwoGpus() {
            super(new NixlFfmTransportProvider(), GpuPlacement.OTHER);
        }
    }
}
