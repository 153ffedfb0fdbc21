// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;

/**
 * A transport that people may ask for by name and whose classes this Java can't load.
 *
 * @param name its name
 * @param why what is missing
 */
record UnusableTransport(String name, String why) implements KvTransportProvider {
    @Override
    public Availability availability() {
        return new Availability.Unavailable(why, null);
    }

    @Override
    public KvTransport open(TransportConfig config) {
        throw new KvTransferException(FailureKind.UNAVAILABLE, "open a transport", name + ": " + why);
    }
}
