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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls from a second thread: the first that calls owns the transport, any other gets an {@link AssertionError}. What
 * never changes (name, limits) may be asked by all.
 */
public final class ConfinementCheckingTransport extends ForwardingTransport {
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

    /** Takes over the transport: closing this one closes it. */
    public ConfinementCheckingTransport(KvTransport delegate) {
        super(delegate);
    }

    private void check() {
        Thread caller = Thread.currentThread();
        owner.compareAndSet(null, caller);
        Thread expected = owner.get();
        if (expected != caller) {
            throw new AssertionError("the transport belongs to " + expected + ", but " + caller + " called it");
        }
    }

    @Override
    public HostRegions hostRegions() {
        check();
        return super.hostRegions();
    }

    @Override
    public void register(Region region) {
        check();
        super.register(region);
    }

    @Override
    public void deregister(RegionId region) {
        check();
        super.deregister(region);
    }

    @Override
    public byte[] descriptor() {
        check();
        return super.descriptor();
    }

    @Override
    public Peer connect(byte[] descriptor) {
        check();
        return super.connect(descriptor);
    }

    @Override
    public void disconnect(Peer peer) {
        check();
        super.disconnect(peer);
    }

    @Override
    public Optional<HostRegion> reach(Peer peer, RegionId remoteRegion) {
        check();
        return super.reach(peer, remoteRegion);
    }

    @Override
    public void prepareWrite(Peer peer, SegmentList segments) {
        check();
        super.prepareWrite(peer, segments);
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        check();
        super.submitWrite(peer, segments, notification, completion);
    }

    @Override
    public void submitNotification(Peer peer, ByteBuffer message) {
        check();
        super.submitNotification(peer, message);
    }

    @Override
    public int poll(TransportEvents events, int limit) {
        check();
        return super.poll(events, limit);
    }

    @Override
    public void close() {
        check();
        super.close();
    }
}
