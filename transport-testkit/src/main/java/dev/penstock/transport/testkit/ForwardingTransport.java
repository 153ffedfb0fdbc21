// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

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
import java.util.Objects;
import java.util.Optional;

/** Passes every call on to another transport: what decorators override parts of. */
public abstract class ForwardingTransport implements KvTransport {
    private final KvTransport delegate;

    /** Takes over the transport: closing this one closes it. */
    protected ForwardingTransport(KvTransport delegate) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
    }

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public HostRegions hostRegions() {
        return delegate.hostRegions();
    }

    @Override
    public int maxNotificationBytes() {
        return delegate.maxNotificationBytes();
    }

    @Override
    public int maxSegments() {
        return delegate.maxSegments();
    }

    @Override
    public void register(Region region) {
        delegate.register(region);
    }

    @Override
    public void deregister(RegionId region) {
        delegate.deregister(region);
    }

    @Override
    public boolean isRegistered(RegionId region) {
        return delegate.isRegistered(region);
    }

    @Override
    public byte[] descriptor() {
        return delegate.descriptor();
    }

    @Override
    public Peer connect(byte[] descriptor) {
        return delegate.connect(descriptor);
    }

    @Override
    public void disconnect(Peer peer) {
        delegate.disconnect(peer);
    }

    @Override
    public boolean sharesMemory() {
        return delegate.sharesMemory();
    }

    @Override
    public Optional<HostRegion> reach(Peer peer, RegionId remoteRegion) {
        return delegate.reach(peer, remoteRegion);
    }

    @Override
    public void prepareWrite(Peer peer, SegmentList segments) {
        delegate.prepareWrite(peer, segments);
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        delegate.submitWrite(peer, segments, notification, completion);
    }

    @Override
    public void submitNotification(Peer peer, ByteBuffer message) {
        delegate.submitNotification(peer, message);
    }

    @Override
    public int poll(TransportEvents events, int limit) {
        return delegate.poll(events, limit);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
