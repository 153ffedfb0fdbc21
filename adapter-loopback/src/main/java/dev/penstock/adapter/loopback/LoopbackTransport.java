// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Moves data between memory of one host by copying it into files that both sides map. Has no thread: all happens in the
 * caller's {@link #poll}.
 */
final class LoopbackTransport implements KvTransport {
    private static final int MAX_SEGMENTS = 1024;

    private final String name;
    private final EndpointDirectory directory;
    private final SharedRegions hostRegions;
    private final Registrations registrations = new Registrations();
    private final Requests requests = new Requests(registrations);
    private final List<LoopbackPeer> peers = new ArrayList<>();
    private final Set<Path> outboxes = new HashSet<>();
    // Reached regions may be closed by any thread.
    private final Set<SharedRegion> reached = ConcurrentHashMap.newKeySet();
    private final PollRound round = new PollRound();
    private final ByteBuffer scratch =
            ByteBuffer.allocate(Mailbox.MAX_MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int nextPeer;
    private boolean polling;
    private boolean closed;

    /** Takes over the directory. */
    LoopbackTransport(String name, EndpointDirectory directory) {
        this.name = name;
        this.directory = directory;
        this.hostRegions = new SharedRegions(directory.path());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HostRegions hostRegions() {
        return hostRegions;
    }

    @Override
    public int maxNotificationBytes() {
        return Mailbox.MAX_MESSAGE_BYTES;
    }

    @Override
    public int maxSegments() {
        return MAX_SEGMENTS;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Any region of host memory can be a source. Only regions from {@link #hostRegions} can be destinations, and a
     * descriptor names only those.
     */
    @Override
    public void register(Region region) {
        requireOpen();
        registrations.add(region, hostRegions);
    }

    @Override
    public void deregister(RegionId region) {
        registrations.remove(region);
    }

    @Override
    public boolean isRegistered(RegionId region) {
        return registrations.contains(region);
    }

    @Override
    public byte[] descriptor() {
        requireOpen();
        return new Descriptor(directory.address(), registrations.destinations()).encode();
    }

    @Override
    public Peer connect(byte[] descriptor) {
        requireOpen();
        Descriptor decoded = Descriptor.decode(descriptor);
        EndpointAddress endpoint = decoded.endpoint();
        if (endpoint.equals(directory.address())) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "connect", "the descriptor is this endpoint's own: " + endpoint.name());
        }
        for (LoopbackPeer peer : peers) {
            if (peer.endpoint().equals(endpoint)) {
                throw new IllegalStateException(endpoint.name() + " is connected already: disconnect it first");
            }
        }
        LoopbackPeer peer = new LoopbackPeer(endpoint, PeerConnection.open(directory, decoded), requests);
        peers.add(peer);
        outboxes.add(outbox(endpoint));
        return peer;
    }

    @Override
    public void disconnect(Peer peer) {
        LoopbackPeer known = known(peer);
        if (known.isDisconnected()) {
            return;
        }
        if (known.isLost()) {
            // Nobody writes or reads these any more; those of a live peer serve the next connection.
            SharedFiles.deleteQuietly(directory.path().resolve(known.endpoint().inboxName()));
            SharedFiles.deleteQuietly(outbox(known.endpoint()));
            outboxes.remove(outbox(known.endpoint()));
        }
        known.disconnect();
        peers.remove(known);
    }

    @Override
    public boolean sharesMemory() {
        return true;
    }

    @Override
    public Optional<HostRegion> reach(Peer peer, RegionId remoteRegion) {
        MappedFile file = connected(peer).region(remoteRegion);
        SharedRegion region = new SharedRegion(file.retain(), reached::remove);
        reached.add(region);
        return Optional.of(region);
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        LoopbackPeer known = connected(peer);
        checkMessage(notification);
        if (segments.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException(segments.size() + " segments in one write; at most " + MAX_SEGMENTS);
        }
        for (int i = 0; i < segments.size(); i++) {
            registrations.checkSource(segments, i);
            known.checkDestination(segments, i);
        }
        known.submitWrite(segments, notification, completion);
    }

    @Override
    public void submitNotification(Peer peer, ByteBuffer message) {
        LoopbackPeer known = connected(peer);
        checkMessage(message);
        known.submitNotification(message);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException after close, and within another poll
     */
    @Override
    public int poll(TransportEvents events, int limit) {
        requireOpen();
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit);
        }
        if (polling) {
            throw new IllegalStateException("poll was called from within poll");
        }
        polling = true;
        round.begin(events, limit);
        try {
            requests.reportFailures(round);
            // A callback may connect, disconnect and close, hence the size each time.
            for (int i = 0; i < peers.size(); i++) {
                nextPeer = nextPeer + 1 < peers.size() ? nextPeer + 1 : 0;
                peers.get(nextPeer).poll(round, scratch);
            }
            return round.done();
        } finally {
            round.end();
            polling = false;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Never blocks: nothing but this process's own polls copies data. Writes under way fail before this returns. Blocks
     * from {@link #hostRegions} stay usable until they are closed.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        hostRegions.close();
        try {
            peers.forEach(LoopbackPeer::disconnect);
            peers.clear();
            requests.reportAllFailures();
        } finally {
            outboxes.forEach(SharedFiles::deleteQuietly);
            reached.forEach(SharedRegion::close);
            directory.close();
        }
    }

    private Path outbox(EndpointAddress reader) {
        return directory.shared().of(reader).resolve(directory.address().inboxName());
    }

    private void checkMessage(ByteBuffer message) {
        if (message.remaining() > Mailbox.MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "a notification of " + message.remaining() + " bytes; at most " + Mailbox.MAX_MESSAGE_BYTES);
        }
    }

    private LoopbackPeer connected(Peer peer) {
        requireOpen();
        LoopbackPeer known = known(peer);
        if (known.isDisconnected()) {
            throw new IllegalStateException(known.name() + " was disconnected");
        }
        return known;
    }

    private LoopbackPeer known(Peer peer) {
        if (peer instanceof LoopbackPeer known && (known.isDisconnected() || peers.contains(known))) {
            return known;
        }
        throw new IllegalArgumentException("'" + peer.name() + "' is not a peer of this transport");
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the transport was closed");
        }
    }
}
