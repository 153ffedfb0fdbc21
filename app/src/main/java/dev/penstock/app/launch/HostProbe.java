// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import dev.penstock.adapter.cuda.CudaDevice;
import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.app.run.Device;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;

/**
 * What this host offers a run, found out by opening the transport for a moment; which also removes what killed runs left.
 *
 * @param freeBytes memory of the device that could be taken now
 * @param sharedMemory whether both sides use the same memory, so that no write moves anything
 */
public record HostProbe(long freeBytes, boolean sharedMemory) {
    /** What the Java processes of a run need beside the objects. */
    private static final long RESERVE_BYTES = 512L << 20;
    /** What the contexts of a run's processes need of a GPU beside the objects: each about half a GiB. */
    private static final long GPU_RESERVE_BYTES = 2L << 30;

    /**
     * Asks the transport and the device.
     *
     * @throws dev.penstock.ports.KvTransferException if one of them can't be opened
     */
    public static HostProbe of(KvTransportProvider provider, Device device) {
        String name = "probe-" + ProcessHandle.current().pid();
        try (KvTransport transport = provider.open(new TransportConfig(name))) {
            long free = device.gpu().isPresent() ? gpuBytes(device.gpu().getAsInt()) : hostBytes(transport);
            return new HostProbe(free, transport.sharesMemory());
        }
    }

    private static long gpuBytes(int gpu) {
        try (CudaDevice device = CudaDevice.open(gpu)) {
            return Math.max(0, device.freeBytes() - GPU_RESERVE_BYTES);
        }
    }

    private static long hostBytes(KvTransport transport) {
        long hostBytes = Math.max(0, new DirectRegions().availableBytes() - RESERVE_BYTES);
        return Math.min(hostBytes, transport.hostRegions().availableBytes());
    }
}
