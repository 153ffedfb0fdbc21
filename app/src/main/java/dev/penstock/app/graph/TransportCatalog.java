// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.library.NixlLibrary;
import dev.penstock.transport.nixl.library.NixlLookup;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** All transports that a person can ask for, and the choice among them. */
public final class TransportCatalog {
    /** The choice that is left to the program. */
    public static final String AUTO = "auto";

    static final String LOOPBACK = LoopbackTransportProvider.NAME;
    static final String NIXL_FFM = "nixl-ffm";
    static final String NIXL_JNI = "nixl-jni";

    /** What {@link #AUTO} takes. NIXL first: it reaches GPUs, and behaves alike wherever the two sides are. */
    private static final List<String> PREFERENCE = List.of(NIXL_FFM, NIXL_JNI, LOOPBACK);

    private final Map<String, Provider<KvTransportProvider>> providers;
    private final Supplier<NixlLookup> nixl;

    @Inject
    TransportCatalog(Map<String, Provider<KvTransportProvider>> providers, Supplier<NixlLookup> nixl) {
        this.providers = providers;
        this.nixl = nixl;
    }

    /**
     * A transport on the list.
     *
     * @param name what to ask for
     * @param problem why it can't be used here; empty if it can
     * @param nixl the library that it uses, if it is one over NIXL and the library was found
     */
    public record Entry(String name, Optional<String> problem, Optional<NixlLibrary> nixl) {
        /** In words, such as {@code available, with NIXL 1.5.1 from ...}. */
        public String describe() {
            return problem.map(why -> "not available: " + why)
                    .orElseGet(() -> "available"
                            + nixl.map(library -> ", with " + library.describe())
                                    .orElse(""));
        }
    }

    /**
     * The transport that was chosen.
     *
     * @param provider makes it
     * @param nixl the library that it uses, if it is one over NIXL
     * @param passedOver what would have been taken before it, each with the reason why it was not
     */
    public record Choice(KvTransportProvider provider, Optional<NixlLibrary> nixl, List<Entry> passedOver) {}

    /** All transports, in the order in which {@link #AUTO} tries them. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (String name : PREFERENCE) {
            entries.add(new Entry(name, provider(name).availability().reason(), library(name)));
        }
        return entries;
    }

    /**
     * The transport of that name, or the first that can be used if the name is {@link #AUTO}.
     *
     * @throws KvTransferException of kind UNAVAILABLE with the reason if it, or all of them, can't be used
     * @throws IllegalArgumentException if there is none of that name
     */
    public Choice choose(String name) {
        if (name.equals(AUTO)) {
            return chooseFirst();
        }
        if (!providers.containsKey(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no transport; known are " + AUTO + ", " + String.join(", ", PREFERENCE));
        }
        KvTransportProvider provider = provider(name);
        Optional<String> problem = provider.availability().reason();
        if (problem.isPresent()) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE, "choose a transport", "transport " + name + ": " + problem.get());
        }
        return new Choice(provider, library(name), List.of());
    }

    private Choice chooseFirst() {
        List<Entry> passedOver = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.problem().isEmpty()) {
                return new Choice(provider(entry.name()), entry.nixl(), List.copyOf(passedOver));
            }
            passedOver.add(entry);
        }
        StringBuilder message = new StringBuilder("no transport can be used here");
        for (Entry entry : passedOver) {
            message.append("; ")
                    .append(entry.name())
                    .append(": ")
                    .append(entry.problem().orElseThrow());
        }
        throw new KvTransferException(FailureKind.UNAVAILABLE, "choose a transport", message.toString());
    }

    private Optional<NixlLibrary> library(String name) {
        return name.equals(LOOPBACK) ? Optional.empty() : nixl.get().library();
    }

    private KvTransportProvider provider(String name) {
        return Objects.requireNonNull(providers.get(name), name).get();
    }
}
