// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.adapter.cuda.CudaDevice;
import dev.penstock.adapter.cuda.CudaMemory;
import dev.penstock.adapter.cuda.CudaPagedKvMover;
import dev.penstock.adapter.cuda.CudaPattern;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.adapter.host.HostPattern;
import dev.penstock.app.run.Device;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.RegionIds;

/**
 * What has a node's memory. It is opened before the transport, which takes a GPU for one only if its context is there, and
 * gives the memory after it, since host memory is the transport's kind.
 */
interface NodeDevice {
    /**
     * Opens a device. To be called on the loop's thread: a GPU's context becomes current there.
     *
     * @throws dev.penstock.ports.KvTransferException of kind UNAVAILABLE if there is no such GPU
     */
    static NodeDevice open(Device device) {
        return device.gpu().isPresent() ? gpu(CudaDevice.open(device.gpu().getAsInt())) : NodeDevice::host;
    }

    /**
     * Its memory. To be called once.
     *
     * @param host where host memory comes from
     * @param ids where the names of regions come from
     */
    NodeMemory memory(HostRegions host, RegionIds ids);

    private static NodeDevice gpu(CudaDevice device) {
        return (host, ids) -> {
            CudaMemory memory = new CudaMemory(device, ids);
            return new NodeMemory(memory, new CudaPagedKvMover(memory), new CudaPattern(memory));
        };
    }

    private static NodeMemory host(HostRegions host, RegionIds ids) {
        HostMemory memory = new HostMemory(host, ids);
        return new NodeMemory(memory, new HostPagedKvMover(memory), new HostPattern(memory));
    }
}
