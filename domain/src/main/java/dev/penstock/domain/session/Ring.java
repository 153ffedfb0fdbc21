// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.transport.KvTransport;

/** A region that was allocated and registered for transfers; closing it undoes both. */
public final class Ring implements AutoCloseable {
    private final Memory memory;
    private final KvTransport transport;
    private final Region region;

    private Ring(Memory memory, KvTransport transport, Region region) {
        this.memory = memory;
        this.transport = transport;
        this.region = region;
    }

    /**
     * Allocates and registers a region. May block.
     *
     * @throws dev.penstock.ports.KvTransferException if either fails; nothing is left behind
     */
    public static Ring allocate(Memory memory, KvTransport transport, long lengthBytes) {
        Region region = memory.allocate(lengthBytes);
        boolean registered = false;
        try {
            transport.register(region);
            registered = true;
        } finally {
            if (!registered) {
                memory.free(region.id());
            }
        }
        return new Ring(memory, transport, region);
    }

    /** The region. */
    public Region region() {
        return region;
    }

    /** Deregisters and frees the region. Idempotent. */
    @Override
    public void close() {
        transport.deregister(region.id());
        memory.free(region.id());
    }
}
