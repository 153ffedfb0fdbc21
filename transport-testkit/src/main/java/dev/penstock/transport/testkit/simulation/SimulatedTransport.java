// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transport between the processes of a world. A write's bytes land in pieces, each at a moment of its own, read from the
 * source at that moment; then its notification arrives; then it completes.
 */
final class SimulatedTransport implements KvTransport {
    private static final int MAX_SEGMENTS = 64;
    private static final int MAX_NOTIFICATION_BYTES = 16 * 1024;
    private static final int DESCRIPTOR_MAGIC = 0x53494D31;
    private static final int REMEMBERED = 64;

    private final SimulatedProcess process;
    private final SimulatedWorld world;
    private final Map<RegionId, SimulatedRegion> registered = new LinkedHashMap<>();
    private final Map<SimulatedProcess, Connection> connections = new LinkedHashMap<>();
    private final List<Write> writes = new ArrayList<>();
    private final ArrayDeque<Report> reports = new ArrayDeque<>();
    /** Past notifications to this process, to be delivered again. */
    private final List<Message> remembered = new ArrayList<>();

    private boolean closed;

    SimulatedTransport(SimulatedProcess process) {
        this.process = process;
        this.world = process.world();
    }

    private static final class Connection implements Peer {
        final SimulatedProcess remote;
        final Map<RegionId, SimulatedBlock> regions = new LinkedHashMap<>();
        boolean lost;
        boolean disconnected;

        Connection(SimulatedProcess remote) {
            this.remote = remote;
        }

        @Override
        public String name() {
            return remote.name();
        }

        void disconnect() {
            disconnected = true;
            regions.values().forEach(SimulatedBlock::letGo);
        }
    }

    /** A notification on its way. */
    private static final class Message {
        final SimulatedProcess from;
        final byte[] bytes;

        Message(SimulatedProcess from, byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
        }
    }

    private interface Report {
        /** Returns whether there was something to report. */
        boolean to(TransportEvents events);
    }

    private record Landing(SimulatedBlock from, long fromOffset, RegionId to, long toOffset, long length) {}

    private final class Write {
        final Connection peer;
        final byte[] notification;
        final Completion completion;
        final List<MemoryWatch.Use> sources = new ArrayList<>();
        final List<MemoryWatch.Use> destinations = new ArrayList<>();
        final boolean fails = world.chance(world.faults().writeFailure());
        int landingsLeft;
        boolean incomplete;
        boolean terminal;

        Write(Connection peer, byte[] notification, Completion completion) {
            this.peer = peer;
            this.notification = notification;
            this.completion = completion;
        }
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public HostRegions hostRegions() {
        return process.hostRegions();
    }

    @Override
    public int maxNotificationBytes() {
        return MAX_NOTIFICATION_BYTES;
    }

    @Override
    public int maxSegments() {
        return MAX_SEGMENTS;
    }

    @Override
    public void register(Region region) {
        requireOpen();
        if (registered.putIfAbsent(region.id(), SimulatedRegion.of(region)) != null) {
            throw new IllegalArgumentException(region.id() + " is registered already");
        }
    }

    @Override
    public void deregister(RegionId region) {
        SimulatedRegion simulated = registered.get(region);
        if (simulated == null) {
            return;
        }
        for (Write write : writes) {
            for (MemoryWatch.Use source : write.sources) {
                if (source.block() == simulated.block()) {
                    throw new IllegalStateException(region + " is the source of a write that is not terminal");
                }
            }
        }
        registered.remove(region);
    }

    @Override
    public boolean isRegistered(RegionId region) {
        return registered.containsKey(region);
    }

    @Override
    public byte[] descriptor() {
        requireOpen();
        ByteBuffer bytes = ByteBuffer.allocate(12 + 4 * registered.size());
        bytes.putInt(DESCRIPTOR_MAGIC).putInt(process.index()).putInt(registered.size());
        registered.keySet().forEach(id -> bytes.putInt(id.value()));
        return bytes.array();
    }

    @Override
    public Peer connect(byte[] descriptor) {
        requireOpen();
        ByteBuffer bytes = ByteBuffer.wrap(descriptor);
        if (descriptor.length < 12 || bytes.getInt() != DESCRIPTOR_MAGIC) {
            throw new KvTransferException(FailureKind.PROTOCOL, "connect", "no descriptor of a simulated transport");
        }
        SimulatedProcess remote = world.processes().get(bytes.getInt());
        if (!remote.isAlive() || remote.simulatedTransport().closed) {
            throw new KvTransferException(FailureKind.PEER_LOST, "connect", remote.name() + " is gone");
        }
        if (connections.containsKey(remote)) {
            throw new IllegalStateException(remote.name() + " is connected already: disconnect it first");
        }
        Connection connection = new Connection(remote);
        for (int i = bytes.getInt(); i > 0; i--) {
            RegionId id = new RegionId(bytes.getInt());
            SimulatedRegion region = remote.simulatedTransport().registered.get(id);
            if (region != null) {
                region.block().hold();
                connection.regions.put(id, region.block());
            }
        }
        connections.put(remote, connection);
        return connection;
    }

    @Override
    public void disconnect(Peer peer) {
        Connection connection = known(peer);
        if (!connection.disconnected) {
            connection.disconnect();
            connections.remove(connection.remote);
        }
    }

    @Override
    public boolean sharesMemory() {
        return world.sharesMemory();
    }

    @Override
    public Optional<HostRegion> reach(Peer peer, RegionId remoteRegion) {
        Connection connection = connected(peer);
        SimulatedBlock block = connection.regions.get(remoteRegion);
        if (block == null) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "reach a region", "the descriptor names no " + remoteRegion);
        }
        return world.sharesMemory() ? Optional.of(process.added(block)) : Optional.empty();
    }

    @Override
    public void prepareWrite(Peer peer, SegmentList segments) {
        Connection connection = connected(peer);
        for (int i = 0; i < segments.size(); i++) {
            checkWithin(source(segments.fromRegion(i)).block(), segments.fromOffset(i), segments.length(i));
            checkWithin(destination(connection, segments.toRegion(i)), segments.toOffset(i), segments.length(i));
        }
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        Connection connection = connected(peer);
        if (segments.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException(segments.size() + " segments in one write");
        }
        byte[] message = copy(notification);
        world.creditWatch().submitted(process, connection.remote, message, segments);
        Write write = new Write(connection, message, completion);
        List<Landing> landings = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            SimulatedRegion source = source(segments.fromRegion(i));
            SimulatedBlock from = source.block();
            SimulatedBlock to = destination(connection, segments.toRegion(i));
            long length = segments.length(i);
            checkWithin(from, segments.fromOffset(i), length);
            checkWithin(to, segments.toOffset(i), length);
            MemoryWatch watch = world.memoryWatch();
            write.sources.add(watch.begin(process, source, segments.fromOffset(i), length, false, "write from"));
            write.destinations.add(watch.beginArrival(process, to, segments.toOffset(i), length));
            long cut = world.upTo(length);
            landings.add(new Landing(from, segments.fromOffset(i), segments.toRegion(i), segments.toOffset(i), cut));
            landings.add(new Landing(
                    from,
                    segments.fromOffset(i) + cut,
                    segments.toRegion(i),
                    segments.toOffset(i) + cut,
                    length - cut));
        }
        writes.add(write);
        write.landingsLeft = landings.size();
        for (Landing landing : landings) {
            world.within(world.faults().writeDelayNs(), () -> land(write, landing, false));
        }
        if (landings.isEmpty()) {
            world.within(world.faults().writeDelayNs(), () -> landed(write));
        }
    }

    private SimulatedRegion source(RegionId id) {
        SimulatedRegion region = registered.get(id);
        if (region == null) {
            throw new IllegalArgumentException(id + " is not registered");
        }
        return region;
    }

    private static SimulatedBlock destination(Connection connection, RegionId id) {
        SimulatedBlock block = connection.regions.get(id);
        if (block == null) {
            throw new IllegalArgumentException(connection.name() + "'s descriptor names no " + id);
        }
        return block;
    }

    private static void checkWithin(SimulatedBlock block, long offset, long length) {
        if (offset < 0 || length < 0 || offset + length > block.lengthBytes()) {
            throw new IllegalArgumentException(length + " bytes at " + offset + " of " + block);
        }
    }

    private void land(Write write, Landing landing, boolean late) {
        boolean severed = write.peer.disconnected || write.peer.lost || !process.isAlive();
        if (severed && !late && world.chance(0.5)) {
            world.within(world.faults().lateDelayNs(), () -> land(write, landing, true));
            return;
        }
        SimulatedRegion to = write.peer.remote.simulatedTransport().registered.get(landing.to());
        boolean dropped = (severed || write.fails) && world.chance(0.3);
        if (to == null || !write.peer.remote.isAlive() || dropped) {
            write.incomplete = true;
        } else {
            landing.from().copyTo(to.block(), landing.fromOffset(), landing.toOffset(), landing.length());
        }
        write.landingsLeft--;
        if (write.landingsLeft == 0) {
            landed(write);
        }
    }

    /** The last byte is where it belongs, or will never be. */
    private void landed(Write write) {
        write.destinations.forEach(world.memoryWatch()::end);
        boolean severed = write.peer.lost || write.peer.disconnected || !write.peer.remote.isAlive();
        if (!write.incomplete && !write.fails && !severed) {
            write.peer.remote.simulatedTransport().arrive(new Message(process, write.notification));
        } else {
            write.incomplete = true;
        }
        world.within(world.faults().completionDelayNs(), () -> complete(write));
    }

    private void complete(Write write) {
        write.terminal = true;
        if (!process.isAlive()) {
            end(write);
            return;
        }
        reports.add(events -> {
            end(write);
            if (!write.incomplete) {
                write.completion.completed();
            } else {
                boolean lost = write.peer.lost || !write.peer.remote.isAlive();
                write.completion.failed(new KvTransferException(
                        lost ? FailureKind.PEER_LOST : FailureKind.NATIVE,
                        "write",
                        "the write to " + write.peer.name() + " failed"));
            }
            return true;
        });
    }

    private void end(Write write) {
        writes.remove(write);
        write.sources.forEach(world.memoryWatch()::end);
    }

    @Override
    public void submitNotification(Peer peer, ByteBuffer message) {
        Connection connection = connected(peer);
        byte[] bytes = copy(message);
        world.creditWatch().submitted(process, connection.remote, bytes, null);
        if (!connection.lost) {
            world.within(
                    world.faults().notificationDelayNs(),
                    () -> connection.remote.simulatedTransport().arrive(new Message(process, bytes)));
        }
    }

    private static byte[] copy(ByteBuffer message) {
        if (message.remaining() > MAX_NOTIFICATION_BYTES) {
            throw new IllegalArgumentException("a notification of " + message.remaining() + " bytes");
        }
        byte[] bytes = new byte[message.remaining()];
        message.duplicate().get(bytes);
        return bytes;
    }

    private void arrive(Message message) {
        if (!process.isAlive() || closed) {
            return;
        }
        world.creditWatch().mayCorrupt(process, message.bytes);
        reports.add(events -> notify(events, message));
        if (world.chance(world.faults().duplicate())) {
            world.within(world.faults().lateDelayNs(), () -> reports.add(events -> notify(events, message)));
        }
        if (world.faults().stale() > 0) {
            if (!remembered.isEmpty() && world.chance(world.faults().stale())) {
                Message old = remembered.get(world.random().nextInt(remembered.size()));
                world.within(world.faults().lateDelayNs(), () -> reports.add(events -> notify(events, old)));
            }
            if (remembered.size() < REMEMBERED) {
                remembered.add(message);
            } else {
                remembered.set(world.random().nextInt(REMEMBERED), message);
            }
        }
    }

    private boolean notify(TransportEvents events, Message message) {
        Connection from = connections.get(message.from);
        if (from == null || from.lost) {
            return false;
        }
        world.creditWatch().delivered(message.from, process, message.bytes);
        byte[] passing = message.bytes.clone();
        events.notified(from, ByteBuffer.wrap(passing).order(ByteOrder.LITTLE_ENDIAN));
        // Valid during the call alone: who kept it finds something else.
        Arrays.fill(passing, (byte) 0xEE);
        return true;
    }

    @Override
    public int poll(TransportEvents events, int limit) {
        requireOpen();
        int work = 0;
        while (work < limit) {
            Report report = reports.poll();
            if (report == null) {
                break;
            }
            if (report.to(events)) {
                work++;
            }
        }
        return work;
    }

    /** This side finds out that the other is gone, or takes it for gone. */
    void lose(SimulatedProcess other) {
        Connection connection = connections.get(other);
        if (connection == null || connection.lost || !process.isAlive()) {
            return;
        }
        world.trace(() -> process.name() + "'s transport loses " + other.name());
        connection.lost = true;
        reports.add(events -> {
            if (connection.disconnected) {
                return false;
            }
            events.peerLost(
                    connection, new KvTransferException(FailureKind.PEER_LOST, "poll", connection.name() + " is gone"));
            return true;
        });
    }

    void die(boolean noticed) {
        reports.clear();
        for (Write write : List.copyOf(writes)) {
            if (write.terminal) {
                end(write);
            }
        }
        if (noticed) {
            for (SimulatedProcess other : world.processes()) {
                if (other != process && other.isAlive()) {
                    world.within(
                            world.faults().controlDelayNs(),
                            () -> other.simulatedTransport().lose(process));
                }
            }
        }
    }

    boolean isQuiet() {
        return writes.isEmpty();
    }

    @Nullable
    SimulatedRegion registered(RegionId id) {
        return registered.get(id);
    }

    void requireNothingLeft() {
        if (!closed) {
            throw world.violation(process.name() + " left its transport open");
        }
        if (!registered.isEmpty()) {
            throw world.violation(process.name() + " left " + registered.keySet() + " registered");
        }
    }

    /** Nothing may be under way any more. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!writes.isEmpty()) {
            throw world.violation(process.name() + " closes its transport during " + writes.size() + " writes");
        }
        if (!connections.isEmpty()) {
            throw world.violation(process.name() + " left " + connections.size() + " peers connected");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the transport is closed");
        }
    }

    private Connection connected(Peer peer) {
        requireOpen();
        Connection connection = known(peer);
        if (connection.disconnected) {
            throw new IllegalStateException(connection.name() + " was disconnected");
        }
        return connection;
    }

    private static Connection known(Peer peer) {
        if (peer instanceof Connection connection) {
            return connection;
        }
        throw new IllegalArgumentException("'" + peer.name() + "' is not a peer of this transport");
    }
}
