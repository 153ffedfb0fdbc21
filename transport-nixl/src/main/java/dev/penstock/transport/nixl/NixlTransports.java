// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.nixl.library.NixlLibrary;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Opens transports over NIXL with one binding of its C library: what the providers of all bindings have in common. */
public final class NixlTransports {
    /** What is on the wire, whichever binding put it there. */
    public static final String PROTOCOL = "nixl";

    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");
    private static final SecureRandom TOKENS = new SecureRandom();

    private final String name;
    private final Supplier<NixlLookup> lookup;
    private final Supplier<NixlApi> binding;

    /**
     * Makes nothing yet.
     *
     * @param name the provider's name
     * @param lookup where the library is
     * @param binding the binding, the same each time; may throw a {@link LinkageError} where it can't be had
     */
    public NixlTransports(String name, Supplier<NixlLookup> lookup, Supplier<NixlApi> binding) {
        this.name = name;
        this.lookup = lookup;
        this.binding = binding;
    }

    /** Whether there is a library for a host like this. Looks for it and loads nothing. */
    public Availability availability() {
        return problem(lookup.get())
                .<Availability>map(reason -> new Availability.Unavailable(reason, null))
                .orElse(Availability.AVAILABLE);
    }

    private static Optional<String> problem(NixlLookup found) {
        String system = System.getProperty("os.name", "");
        String architecture = System.getProperty("os.arch", "");
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux") || !ARCHITECTURES.contains(architecture)) {
            return Optional.of("NIXL is for Linux on 64-bit x86 and ARM, not for " + system + " on " + architecture);
        }
        return found.problem();
    }

    /**
     * Opens a transport. The first one of a process loads the library; each takes half a second and, with GPUs, more than
     * one, in which UCX looks for devices.
     *
     * @throws KvTransferException of kind UNAVAILABLE if the library is missing or can't be used; nothing is left behind but
     *     what is loaded
     */
    public KvTransport open(TransportConfig config) {
        NixlLookup found = lookup.get();
        problem(found).ifPresent(reason -> {
            throw new KvTransferException(FailureKind.UNAVAILABLE, "open NIXL", reason);
        });
        NixlApi api = load(found.require());
        return new NixlTransport(name, NixlAgent.create(api, config.endpointName(), TOKENS.nextLong()));
    }

    private NixlApi load(NixlLibrary library) {
        try {
            NixlApi api = binding.get();
            NixlEnvironment.prepare(api);
            api.open(library.path());
            return api;
        } catch (LinkageError | IllegalStateException e) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE, "load NIXL", library.describe() + " can't be used: " + e.getMessage(), e);
        }
    }
}
