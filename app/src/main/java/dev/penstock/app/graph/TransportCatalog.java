// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.KvTransportProvider;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** All transports that a person can ask for, and the choice among them. */
public final class TransportCatalog {
    /** The choice that is left to the program. */
    public static final String AUTO = "auto";

    static final String LOOPBACK = LoopbackTransportProvider.NAME;
    static final String NIXL_FFM = "nixl-ffm";
    static final String NIXL_JNI = "nixl-jni";

    /** What {@link #AUTO} takes, the fastest first. */
    private static final List<String> PREFERENCE = List.of(NIXL_FFM, NIXL_JNI, LOOPBACK);

    private final Map<String, Provider<KvTransportProvider>> providers;

    @Inject
    TransportCatalog(Map<String, Provider<KvTransportProvider>> providers) {
        this.providers = providers;
    }

    /**
     * A transport on the list.
     *
     * @param name what to ask for
     * @param problem why it can't be used here; empty if it can
     */
    public record Entry(String name, Optional<String> problem) {}

    /**
     * The transport that was chosen.
     *
     * @param provider makes it
     * @param passedOver what would have been taken before it, each with the reason why it was not
     */
    public record Choice(KvTransportProvider provider, List<Entry> passedOver) {}

    /** All transports, the fastest first. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (String name : PREFERENCE) {
            entries.add(new Entry(name, provider(name).availability().reason()));
        }
        return entries;
    }

    /**
     * The transport of that name, or the fastest that can be used if the name is {@link #AUTO}.
     *
     * @throws KvTransferException of kind UNAVAILABLE with the reason if it, or all of them, can't be used
     * @throws IllegalArgumentException if there is none of that name
     */
    public Choice choose(String name) {
        if (name.equals(AUTO)) {
            return chooseFastest();
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
        return new Choice(provider, List.of());
    }

    private Choice chooseFastest() {
        List<Entry> passedOver = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.problem().isEmpty()) {
                return new Choice(provider(entry.name()), List.copyOf(passedOver));
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

    private KvTransportProvider provider(String name) {
        return Objects.requireNonNull(providers.get(name), name).get();
    }
}
