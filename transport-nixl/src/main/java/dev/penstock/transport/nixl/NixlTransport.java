// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Moves data over NIXL and UCX: GPU memory over NVLink or RDMA, host memory by copies from process to process. Has no thread:
 * all happens in the caller's {@link #poll}, at both ends. A peer that doesn't poll receives no notification.
 *
 * <p>UCX copies host memory within the call that posts the write, so {@link #submitWrite} takes as long as the copy there; it
 * waits for nothing. For GPU memory it returns at once.
 */
final class NixlTransport implements KvTransport {
    private static final int MAX_SEGMENTS = 1024;
    private static final long CLOSE_PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final NixlAgent agent;
    private final MappedRegions hostRegions;
    private final Registrations registrations;
    private final Writes writes;
    private final Inbox inbox = new Inbox();
    private final Peers peers;
    private final Introduction introduction;
    private final Reports reports;
    private boolean polling;
    private boolean closed;

    /** Takes over the agent. */
    NixlTransport(String name, NixlAgent agent) {
        this.name = name;
        this.agent = agent;
        hostRegions = new MappedRegions(agent.api());
        registrations = new Registrations(agent);
        writes = new Writes(agent, registrations);
        peers = new Peers(agent);
        EarlyMessages earlyMessages = new EarlyMessages();
        introduction = new Introduction(agent, peers, writes, inbox, earlyMessages);
        reports = new Reports(writes, peers, inbox, earlyMessages);
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
        return Envelope.MAX_MESSAGE_BYTES;
    }

    @Override
    public int maxSegments() {
        return MAX_SEGMENTS;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Any region that has a native address and overlaps no other can be registered. GPU memory needs its device's primary
     * context to be current on this thread.
     *
     * @throws IllegalStateException if it is registered already
     */
    @Override
    public void register(Region region) {
        requireOpen();
        registrations.add(region);
    }

    @Override
    public void deregister(RegionId region) {
        Registration registration = registrations.find(region);
        if (registration == null) {
            return;
        }
        if (registration.inUse()) {
            throw new IllegalStateException("region " + region.value() + " is read by writes under way");
        }
        peers.dropRequests(region);
        registrations.remove(registration);
    }

    @Override
    public boolean isRegistered(RegionId region) {
        return registrations.find(region) != null;
    }

    @Override
    public byte[] descriptor() {
        requireOpen();
        return new Descriptor(agent.name(), agent.token(), registrations.table(), agent.metadata()).encode();
    }

    @Override
    public Peer connect(byte[] encoded) {
        requireOpen();
        return introduction.connect(encoded);
    }

    @Override
    public void disconnect(Peer peer) {
        NixlPeer known = peers.known(peer);
        if (!known.isDisconnected()) {
            peers.disconnect(known);
        }
    }

    @Override
    public boolean sharesMemory() {
        return false;
    }

    @Override
    public Optional<HostRegion> reach(Peer peer, RegionId remoteRegion) {
        connected(peer);
        return Optional.empty();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Has NIXL make the request, which takes it several microseconds.
     *
     * @throws IllegalArgumentException as {@link #submitWrite}
     * @throws IllegalStateException as {@link #submitWrite}
     */
    @Override
    public void prepareWrite(Peer peer, SegmentList segments) {
        NixlPeer known = connected(peer);
        checkSegments(known, segments);
        writes.prepare(known, segments);
    }

    /**
     * {@inheritDoc}
     *
     * <p>All sources must be of one kind of memory, and all destinations.
     */
    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        NixlPeer known = connected(peer);
        checkMessage(notification);
        checkSegments(known, segments);
        writes.begin(known, segments, notification, completion);
    }

    private void checkSegments(NixlPeer peer, SegmentList segments) {
        if (segments.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException(segments.size() + " segments in one write; at most " + MAX_SEGMENTS);
        }
        for (int i = 0; i < segments.size(); i++) {
            registrations.checkSource(segments, i);
            peer.checkDestination(segments, i);
            requireSameKinds(peer, segments, i);
        }
    }

    private void requireSameKinds(NixlPeer peer, SegmentList segments, int index) {
        MemoryKind from = registrations.get(segments.fromRegion(index)).region().kind();
        MemoryKind to = peer.region(segments.toRegion(index)).kind();
        if (from != registrations.get(segments.fromRegion(0)).region().kind()
                || to != peer.region(segments.toRegion(0)).kind()) {
            throw new IllegalArgumentException(
                    "segment " + index + " goes from " + from + " to " + to + ", unlike the first one of its write");
        }
    }

    @Override
    public void submitNotification(Peer peer, ByteBuffer message) {
        NixlPeer known = connected(peer);
        checkMessage(message);
        if (known.loss() == null) {
            int status = agent.notify(known, Envelope.MESSAGE, message);
            if (status < 0) {
                known.lose(PeerLoss.notificationFailed(known, status));
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Writes under way count as something that happened: this call moves their bytes.
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
        try {
            int moved = writes.poll();
            peers.forgetDrained();
            if (!inbox.isFull()) {
                agent.receive(inbox);
            }
            peers.keepAlive();
            return moved + reports.tell(events, limit);
        } finally {
            polling = false;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks from {@link #hostRegions} stay usable until they are closed.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        reports.stop();
        hostRegions.close();
        peers.sayGoodbye();
        long beginNs = System.nanoTime();
        while (writes.underWayCount() > 0 && System.nanoTime() - beginNs < CLOSE_PATIENCE_NS) {
            writes.poll();
            agent.receive(inbox);
        }
        while (writes.endedCount() > 0) {
            writes.endNext();
        }
        if (writes.underWayCount() > 0) {
            quarantine();
        } else {
            tearDown();
        }
    }

    private void quarantine() {
        List<Region> sources = new ArrayList<>();
        for (Registration registration : registrations.all()) {
            if (registration.inUse()) {
                sources.add(registration.region());
            } else {
                deregister(registration.region().id());
            }
        }
        Quarantine.keep(agent, writes.underWayCount(), sources);
        writes.abandon(new KvTransferException(
                FailureKind.CLOSED,
                "write",
                "the transport was closed while the write was under way, and it did not end: its memory stays in use until "
                        + "the process ends"));
    }

    /** In NIXL's order: requests, peers, registrations, agent. */
    private void tearDown() {
        peers.clear();
        registrations.all().forEach(registrations::remove);
        agent.destroy();
    }

    private void checkMessage(ByteBuffer message) {
        if (message.remaining() > Envelope.MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "a notification of " + message.remaining() + " bytes; at most " + Envelope.MAX_MESSAGE_BYTES);
        }
    }

    private NixlPeer connected(Peer peer) {
        requireOpen();
        NixlPeer known = peers.known(peer);
        if (known.isDisconnected()) {
            throw new IllegalStateException(known.name() + " was disconnected");
        }
        return known;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the transport was closed");
        }
    }
}
