// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;

/**
 * What this host offers a run, found out by opening the transport for a moment; which also removes what killed runs left.
 *
 * @param freeBytes memory that could be taken now
 * @param sharedMemory whether both sides use the same memory, so that no write moves anything
 */
public record HostProbe(long freeBytes, boolean sharedMemory) {
    /** What the Java processes of a run need beside the objects. */
    private static final long RESERVE_BYTES = 512L << 20;

    /**
     * Asks the transport and the host.
     *
     * @throws dev.penstock.ports.KvTransferException if the transport can't be opened
     */
    public static HostProbe of(KvTransportProvider provider) {
        String name = "probe-" + ProcessHandle.current().pid();
        try (KvTransport transport = provider.open(new TransportConfig(name))) {
            long hostBytes = Math.max(0, new DirectRegions().availableBytes() - RESERVE_BYTES);
            long free = Math.min(hostBytes, transport.hostRegions().availableBytes());
            return new HostProbe(free, transport.sharesMemory());
        }
    }
}
