// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.contract.NixlTwoProcessContract;
import dev.penstock.transport.testkit.TestMemoryProvider;
import java.util.List;

/** What a transport over NIXL must do when the other process is killed, with the memory of GPUs. */
abstract class GpuKilledPeerContract extends NixlTwoProcessContract {
    private final KvTransportProvider provider;
    private final GpuPlacement placement;

    GpuKilledPeerContract(KvTransportProvider provider, GpuPlacement placement) {
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
