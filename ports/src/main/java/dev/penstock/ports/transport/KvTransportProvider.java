// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.transport;

import dev.penstock.ports.KvTransferException;

/** Makes transports of one kind. Any thread may call. */
public interface KvTransportProvider {
    /** The name on the command line, such as {@code loopback}. */
    String name();

    /**
     * What the other side must have in common: transports of different names and the same protocol can meet. The name,
     * unless a provider says otherwise.
     */
    default String protocol() {
        return name();
    }

    /** Finds out whether this transport can be used here. Allocates nothing that lasts and never throws. */
    Availability availability();

    /**
     * Opens a transport. May block for seconds (loading libraries, finding devices).
     *
     * @throws KvTransferException of kind UNAVAILABLE with the reason that {@link #availability} gives, or of another kind;
     *     nothing is left behind
     */
    KvTransport open(TransportConfig config);
}
