// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span of memory that a {@link Memory} allocated or adopted: what a transport needs to know to register it. The domain
 * passes regions on and looks at nothing but id, kind and length.
 *
 * @param id the name within this node
 * @param kind where the bytes are
 * @param device the device's ordinal for device memory, 0 for host memory
 * @param nativeAddress the address in this process, or {@link HostRegion#NO_ADDRESS}
 * @param lengthBytes the size, positive
 * @param host the block behind a region that the host can address, null for others
 */
public record Region(
        RegionId id,
        MemoryKind kind,
        int device,
        long nativeAddress,
        long lengthBytes,
        @Nullable HostRegion host) {
    /** Checks that the parts fit each other. */
    public Region {
        Objects.requireNonNull(id, "id");
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a region has a positive length, not " + lengthBytes);
        }
        if (kind.hostAddressable() != (host != null)) {
            throw new IllegalArgumentException(
                    "a region of kind " + kind + (host == null ? " without" : " with") + " a host block");
        }
    }

    /** The whole region. */
    public Span span() {
        return new Span(id, 0, lengthBytes);
    }
}
