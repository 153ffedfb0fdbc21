// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.transport;

import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;

/** What {@link KvTransport#poll} reports beside completions. Must not throw. */
public interface TransportEvents {
    /**
     * A notification arrived. All data of the write it came with is at its destination.
     *
     * @param from the peer that sent it
     * @param message its bytes, little-endian, valid only during this call
     */
    void notified(Peer from, ByteBuffer message);

    /**
     * The peer is gone. Reported once; writes to it that were under way fail, or complete, on their own. The peer must
     * still be {@linkplain KvTransport#disconnect disconnected}.
     */
    void peerLost(Peer peer, KvTransferException cause);
}
