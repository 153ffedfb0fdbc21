// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import java.nio.file.Path;

/** Makes loopback transports in a place that a system property names: a test can look at it and be alone there. */
public final class PlacedProvider implements KvTransportProvider {
    private static final String PROPERTY = "penstock.test.place";

    private final LoopbackTransportProvider delegate =
            new LoopbackTransportProvider(Path.of(System.getProperty(PROPERTY)));

    /** The option for a JVM that uses this class. */
    static String jvmOption(Path place) {
        return "-D" + PROPERTY + '=' + place;
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
        return delegate.open(config);
    }
}
