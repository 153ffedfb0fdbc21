// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import java.util.Objects;

/** Makes another provider's transports, each with a {@link LeakCheckingTransport} and a {@link ConfinementCheckingTransport}. */
public final class CheckedTransportProvider implements KvTransportProvider {
    private final KvTransportProvider delegate;

    /** Decorates what {@code delegate} makes. */
    public CheckedTransportProvider(KvTransportProvider delegate) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
    }

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public Availability availability() {
        return delegate.availability();
    }

    @Override
    public KvTransport open(TransportConfig config) {
        return new ConfinementCheckingTransport(new LeakCheckingTransport(delegate.open(config)));
    }
}
