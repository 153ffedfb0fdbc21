// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.Module;
import dagger.Provides;
import dev.penstock.adapter.control.grpc.GrpcControlPlane;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Node;
import dev.penstock.ports.Clock;
import dev.penstock.ports.EpochSource;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** A node over one transport, with gRPC as its control plane. */
@Module
final class NodeModule {
    private NodeModule() {}

    @Provides
    @Singleton
    static KvTransport transport(
            KvTransportProvider provider, NodeSettings settings, SecureRandom random, NodeDevice unusedYetOpen) {
        // The device comes first: a transport takes a GPU for one only if its context is there.
        // New for every incarnation: some transports break peers that see a name twice.
        String incarnation = Long.toHexString(random.nextLong());
        return provider.open(new TransportConfig(settings.id() + "-" + incarnation));
    }

    @Provides
    @Singleton
    static ControlPlane control() {
        return new GrpcControlPlane();
    }

    @Provides
    @Singleton
    static Counters counters(NodeSettings settings) {
        return new Counters(settings.timeline());
    }

    @Provides
    @Singleton
    static SecureRandom random() {
        return new SecureRandom();
    }

    @Provides
    static Clock clock() {
        return System::nanoTime;
    }

    @Provides
    static EpochSource epochs(SecureRandom random) {
        return () -> {
            long epoch = random.nextLong();
            return epoch == 0 ? 1 : epoch;
        };
    }

    @Provides
    @Singleton
    static PipePorts ports(Memory memory, PagedKvMover mover, KvTransport transport, Counters counters) {
        return new PipePorts(memory, mover, transport, counters);
    }

    @Provides
    @Singleton
    static Node node(NodeSettings settings, PipePorts ports, ControlPlane control, Clock clock, EpochSource epochs) {
        return new Node(settings.id(), ports, control, clock, epochs, settings.session());
    }
}
