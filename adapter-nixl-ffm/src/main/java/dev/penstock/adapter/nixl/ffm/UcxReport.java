// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import java.nio.file.Path;
import java.util.List;

/**
 * What UCX says of itself and of this host.
 *
 * @param version such as {@code 1.22.0}
 * @param library the file of {@code libucp} that NIXL uses
 * @param resources the transports with their devices, in UCX's order
 */
public record UcxReport(String version, Path library, List<Resource> resources) {
    /** Copies the list. */
    public UcxReport {
        resources = List.copyOf(resources);
    }

    /**
     * A transport that could be used on a device.
     *
     * @param component the part of UCX that has it, such as {@code tcp} or {@code cuda_ipc}
     * @param transport as {@code UCX_TLS} names it
     * @param device as {@code UCX_NET_DEVICES} names it, where it is a network's
     */
    public record Resource(String component, String transport, String device) {
        /** Whether it is for GPU memory: UCX's CUDA transports, all of which say so in their name. */
        public boolean isForGpuMemory() {
            return transport.startsWith("cuda") || transport.startsWith("gdr");
        }
    }
}
