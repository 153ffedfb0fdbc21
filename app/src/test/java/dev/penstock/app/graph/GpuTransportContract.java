// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.testkit.KvTransportTwoProcessContract;
import dev.penstock.transport.testkit.TestMemoryProvider;
import java.util.List;

/** The transports' contract between two processes, with the memory of GPUs. */
abstract class GpuTransportContract extends KvTransportTwoProcessContract {
    private final KvTransportProvider provider;
    private final GpuPlacement placement;

    GpuTransportContract(KvTransportProvider provider, GpuPlacement placement) {
        this.provider = provider;
        this.placement = placement;
    }

    @Override
    protected KvTransportProvider provider() {
        return provider;
    }

    @Override
    protected TestMemoryProvider memory() {
        return new DeviceMemoryProvider();
    }

    @Override
    protected List<String> childJvmOptions() {
        return placement.jvmOptions(super.childJvmOptions());
    }
}
