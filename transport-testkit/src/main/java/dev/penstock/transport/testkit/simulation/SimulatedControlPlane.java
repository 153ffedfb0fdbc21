// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A control plane between the processes of a world: links that keep the order and may break at any moment. */
final class SimulatedControlPlane implements ControlPlane {
    private final SimulatedProcess process;
    private final SimulatedWorld world;
    private final ArrayDeque<Report> reports = new ArrayDeque<>();
    private final List<Link> links = new ArrayList<>();
    private @Nullable String listening;
    private int nextPort = 1;
    private boolean closed;

    SimulatedControlPlane(SimulatedProcess process) {
        this.process = process;
        this.world = process.world();
    }

    /** One end of a link. */
    private final class Link implements ControlLink {
        private final String remoteName;
        private final List<ControlMessage> early = new ArrayList<>();
        private @Nullable Link other;
        /** Closed by this side, or reported as closed. */
        private boolean over;
        /** When the last thing that was sent to this end arrives. */
        private long lastArrival;

        Link(String remoteName) {
            this.remoteName = remoteName;
        }

        @Override
        public String remote() {
            return remoteName;
        }

        SimulatedControlPlane plane() {
            return SimulatedControlPlane.this;
        }

        /** Something comes to this end, after all that came before. */
        void arrive(Consumer<ControlEvents> report) {
            lastArrival = Math.max(
                    lastArrival, world.now() + world.upTo(world.faults().controlDelayNs()));
            world.at(lastArrival, () -> reports.add(new Report(this, report)));
        }

        void breakDown(String why) {
            arrive(events -> {
                over = true;
                links.remove(this);
                events.closed(this, new KvTransferException(FailureKind.PEER_LOST, "talk to a peer", why));
            });
        }
    }

    private record Report(Link link, Consumer<ControlEvents> report) {}

    @Override
    public ControlAddress listen(ControlAddress address) {
        int port = address.port() == 0 ? nextPort++ : address.port();
        ControlAddress bound = new ControlAddress(address.host(), port);
        if (world.listeners().putIfAbsent(bound.toString(), this) != null) {
            throw new KvTransferException(FailureKind.UNAVAILABLE, "listen", bound + " is in use");
        }
        listening = bound.toString();
        return bound;
    }

    @Override
    public ControlLink connect(ControlAddress address) {
        Link link = new Link(address.toString());
        links.add(link);
        world.within(world.faults().controlDelayNs(), () -> open(link));
        return link;
    }

    private void open(Link link) {
        SimulatedControlPlane there = world.listeners().get(link.remote());
        if (link.over || !process.isAlive()) {
            return;
        }
        if (there == null) {
            link.breakDown("nobody listens at " + link.remote());
            return;
        }
        there.accept(link);
    }

    private void accept(Link from) {
        Link accepted = new Link(from.plane().process.name());
        links.add(accepted);
        accepted.other = from;
        from.other = accepted;
        accepted.arrive(events -> events.accepted(accepted));
        from.arrive(events -> events.connected(from));
        from.early.forEach(message -> from.plane().send(from, message));
        from.early.clear();
    }

    @Override
    public void send(ControlLink link, ControlMessage message) {
        Link end = own(link);
        if (end.over) {
            return;
        }
        Link to = end.other;
        if (to == null) {
            end.early.add(message);
            return;
        }
        world.trace(() -> process.name() + " -> " + to.plane().process.name() + ": "
                + message.getClass().getSimpleName());
        world.creditWatch().said(end, to, process, to.plane().process, message);
        to.arrive(events -> events.received(to, message));
    }

    @Override
    public void close(ControlLink link) {
        Link end = own(link);
        if (end.over) {
            return;
        }
        end.over = true;
        links.remove(end);
        if (end.other != null) {
            end.other.breakDown(process.name() + " closed the link");
        }
    }

    /** Breaks all links. */
    void cut() {
        for (Link link : List.copyOf(links)) {
            Link other = link.other;
            if (other != null) {
                world.trace(() -> "the link between " + process.name() + " and "
                        + other.plane().process.name() + " breaks");
                link.breakDown("the link broke");
                other.breakDown("the link broke");
            }
        }
    }

    void die(boolean noticed) {
        reports.clear();
        stopListening();
        for (Link link : List.copyOf(links)) {
            link.over = true;
            if (noticed && link.other != null) {
                link.other.breakDown(process.name() + " is gone");
            }
        }
        links.clear();
    }

    private void stopListening() {
        if (listening != null) {
            world.listeners().remove(listening, this);
            listening = null;
        }
    }

    @Override
    public int poll(ControlEvents events, int limit) {
        int work = 0;
        while (work < limit) {
            Report report = reports.poll();
            if (report == null) {
                break;
            }
            if (!report.link().over) {
                report.report().accept(events);
                work++;
            }
        }
        return work;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopListening();
        List.copyOf(links).forEach(this::close);
    }

    private Link own(ControlLink link) {
        if (link instanceof Link end && end.plane() == this) {
            return end;
        }
        throw new IllegalArgumentException(link.remote() + " is not a link of this process");
    }
}
