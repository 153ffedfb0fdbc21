// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.nixl.NixlTransports;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.function.Supplier;

/** Makes transports over NIXL, bound by the foreign function and memory API. */
public final class NixlFfmTransportProvider implements KvTransportProvider {
    /** The provider's name. */
    public static final String NAME = "nixl-ffm";

    private final NixlTransports transports;

    /** Uses the library that is found in the usual places. */
    public NixlFfmTransportProvider() {
        this(NixlLookup::here);
    }

    /** Uses the library that {@code lookup} finds. */
    public NixlFfmTransportProvider(Supplier<NixlLookup> lookup) {
        transports = new NixlTransports(NAME, lookup, () -> FfmNixl.INSTANCE);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String protocol() {
        return NixlTransports.PROTOCOL;
    }

    @Override
    public Availability availability() {
        return NativeCode.isAllowed() ? transports.availability() : new Availability.Unavailable(notAllowed(), null);
    }

    @Override
    public KvTransport open(TransportConfig config) {
        if (!NativeCode.isAllowed()) {
            throw new KvTransferException(FailureKind.UNAVAILABLE, "load NIXL", notAllowed());
        }
        return transports.open(config);
    }

    private static String notAllowed() {
        Module module = NixlFfmTransportProvider.class.getModule();
        return "native access is not allowed: start Java with --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
}
