// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes transports over shared memory of this host, for endpoints of the same user.
 *
 * <p>Files are kept in {@code /dev/shm}, or in {@code java.io.tmpdir} where that can't be used. Both sides must come to the
 * same answer.
 */
public final class LoopbackTransportProvider implements KvTransportProvider {
    /** The provider's name. */
    public static final String NAME = "loopback";

    private final List<Path> places;

    /** Uses the host's shared directory. */
    public LoopbackTransportProvider() {
        this(systemPlaces());
    }

    /**
     * Uses a directory of the caller's choice, for hosts where {@code /dev/shm} is too small.
     *
     * @param place a directory, best one in memory, the same for all endpoints that meet
     */
    public LoopbackTransportProvider(Path place) {
        this(List.of(place));
    }

    private LoopbackTransportProvider(List<Path> places) {
        this.places = places;
    }

    private static List<Path> systemPlaces() {
        List<Path> places = new ArrayList<>();
        places.add(Path.of("/dev/shm"));
        String temporary = System.getProperty("java.io.tmpdir");
        if (temporary != null) {
            places.add(Path.of(temporary));
        }
        return places;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Availability availability() {
        return SharedDirectory.problem(places)
                .<Availability>map(reason -> new Availability.Unavailable(reason, null))
                .orElse(Availability.AVAILABLE);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Removes what killed processes of this user left in the shared directory.
     */
    @Override
    public KvTransport open(TransportConfig config) {
        SharedDirectory shared = SharedDirectory.in(places);
        EndpointDirectory.removeLeftovers(shared);
        return new LoopbackTransport(NAME, EndpointDirectory.create(shared, config.endpointName()));
    }
}
