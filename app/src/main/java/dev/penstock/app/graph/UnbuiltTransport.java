// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;

/** A transport that people may ask for by name and that this build does not contain. */
record UnbuiltTransport(String name) implements KvTransportProvider {
    private static final String WHY = "not part of this build";

    @Override
    public Availability availability() {
        return new Availability.Unavailable(WHY, null);
    }

    @Override
    public KvTransport open(TransportConfig config) {
        throw new KvTransferException(FailureKind.UNAVAILABLE, "open a transport", name + ": " + WHY);
    }
}
