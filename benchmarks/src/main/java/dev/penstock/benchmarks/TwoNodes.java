// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.session.Acceptor;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Node;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.session.SessionPlan;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.TransportConfig;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A sender and a receiver in one thread, over loopback, with an open session between them. */
final class TwoNodes implements AutoCloseable {
    private static final ControlAddress ADDRESS = new ControlAddress("localhost", 1);

    private final Side sending = new Side("sender");
    private final Side receiving = new Side("receiver");
    private final Node sender;
    private final Node receiver;
    private final Session session;

    /** One process's ports. */
    private static final class Side {
        final KvTransport transport;
        final HostMemory memory;
        final PipePorts ports;

        Side(String role) {
            transport = new LoopbackTransportProvider()
                    .open(new TransportConfig(
                            "bench-" + role + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime()));
            memory = new HostMemory(transport.hostRegions());
            ports = new PipePorts(memory, new HostPagedKvMover(memory), transport, Telemetry.NONE);
        }
    }

    /** @param longestBytes the longest object that the receiver takes */
    TwoNodes(long pageBytes, int pages, long longestBytes, boolean digest) {
        SessionConfig config = new SessionConfig(
                TimeUnit.SECONDS.toNanos(10),
                TimeUnit.MILLISECONDS.toNanos(50),
                TimeUnit.SECONDS.toNanos(3600),
                TimeUnit.SECONDS.toNanos(7200),
                TimeUnit.SECONDS.toNanos(60),
                0,
                new PipeConfig(4, digest, pageBytes, PipeConfig.DEFAULT_QUEUED_OBJECTS, pages));
        SessionTerms terms = new SessionTerms("bench", "loopback", "host", "", "", "", 0, "", digest ? "on" : "off");
        DirectControl[] control = DirectControl.pair();
        sender = new Node(new NodeId("sender"), sending.ports, control[0], System::nanoTime, () -> 1, config);
        receiver = new Node(new NodeId("receiver"), receiving.ports, control[1], System::nanoTime, () -> 1, config);
        ObjectSink sink = new TakeAll(receiving.memory, pageBytes, longestBytes);
        receiver.listen(ADDRESS, new Acceptor() {
            @Override
            public SessionTerms terms() {
                return terms;
            }

            @Override
            public SessionPlan plan(Hello hello) {
                Ring ring = Ring.allocate(receiving.memory, receiving.transport, pageBytes * pages);
                return new SessionPlan(
                        terms,
                        Optional.of(Inbound.ring(ring, pageBytes, sink)),
                        unused -> ring,
                        new SessionHandler() {});
            }
        });
        session = sender.connect(
                ADDRESS,
                new SessionPlan(
                        terms,
                        Optional.empty(),
                        unused -> Ring.allocate(sending.memory, sending.transport, pageBytes * pages),
                        new SessionHandler() {}));
        while (session.state() != Session.State.OPEN) {
            step();
        }
    }

    int step() {
        return sender.step() + receiver.step();
    }

    PipeSender pipe() {
        return session.sender().orElseThrow();
    }

    Memory senderMemory() {
        return sending.memory;
    }

    Region allocate(long bytes) {
        return sending.memory.allocate(bytes);
    }

    @Override
    public void close() {
        sender.leave("");
        while (!(sender.ended() && receiver.ended())) {
            step();
        }
        sending.memory.close();
        receiving.memory.close();
        sending.transport.close();
        receiving.transport.close();
    }

    /** Takes objects that fit into a page where they are, longer ones into memory of its own; then forgets them. */
    private static final class TakeAll implements ObjectSink {
        private final long pageBytes;
        private final Region own;
        private final Placement intoOwn;

        TakeAll(Memory memory, long pageBytes, long longestBytes) {
            this.pageBytes = pageBytes;
            this.own = memory.allocate(longestBytes);
            this.intoOwn = Placement.into(own.span());
        }

        @Override
        public Placement place(ArrivingObject object) {
            if (object.lengthBytes() <= pageBytes) {
                return Placement.inPlace();
            }
            return object.lengthBytes() == own.lengthBytes()
                    ? intoOwn
                    : Placement.into(own.span().slice(0, object.lengthBytes()));
        }

        @Override
        public void deliver(ArrivingObject object) {
            object.settle();
        }

        @Override
        public void dropped(ArrivingObject object, KvTransferException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
