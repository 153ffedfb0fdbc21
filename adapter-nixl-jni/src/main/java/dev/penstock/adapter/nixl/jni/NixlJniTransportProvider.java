// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.nixl.NixlTransports;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.function.Supplier;

/** Makes transports over NIXL, bound by JNI: for Java before 22, and wherever it is asked for. */
public final class NixlJniTransportProvider implements KvTransportProvider {
    /** The provider's name. */
    public static final String NAME = "nixl-jni";

    private final NixlTransports transports;

    /** Uses the library that is found in the usual places. */
    public NixlJniTransportProvider() {
        this(NixlLookup::here);
    }

    /** Uses the library that {@code lookup} finds. */
    public NixlJniTransportProvider(Supplier<NixlLookup> lookup) {
        transports = new NixlTransports(NAME, lookup, JniNixl::new);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String protocol() {
        return NixlTransports.PROTOCOL;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Loads this adapter's own small library, since whether that works is part of the answer; NIXL itself is only looked
     * for.
     */
    @Override
    public Availability availability() {
        try {
            AdapterLibrary.load();
        } catch (KvTransferException e) {
            return new Availability.Unavailable(String.valueOf(e.getMessage()), e);
        }
        return transports.availability();
    }

    @Override
    public KvTransport open(TransportConfig config) {
        return transports.open(config);
    }
}
