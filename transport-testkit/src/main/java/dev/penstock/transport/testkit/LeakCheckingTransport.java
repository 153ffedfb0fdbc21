// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out what its user leaves behind: {@link #close} closes the transport and then throws a {@link LeakError} that shows
 * where each region was registered that still is, each peer connected, each write submitted that was under way. A transport
 * allows that; tidy code doesn't do it.
 *
 * <p>It also finds completions that are called twice.
 */
public final class LeakCheckingTransport extends ForwardingTransport {
    private final Map<RegionId, Throwable> regions = new LinkedHashMap<>();
    private final IdentityHashMap<Peer, Throwable> peers = new IdentityHashMap<>();
    private final IdentityHashMap<Completion, Throwable> writes = new IdentityHashMap<>();

    /** Takes over the transport: closing this one closes it. */
    public LeakCheckingTransport(KvTransport delegate) {
        super(delegate);
    }

    @Override
    public void register(Region region) {
        super.register(region);
        regions.put(region.id(), new Throwable("region " + region.id().value() + " was registered here"));
    }

    @Override
    public void deregister(RegionId region) {
        super.deregister(region);
        regions.remove(region);
    }

    @Override
    public Peer connect(byte[] descriptor) {
        Peer peer = super.connect(descriptor);
        peers.put(peer, new Throwable(peer.name() + " was connected here"));
        return peer;
    }

    @Override
    public void disconnect(Peer peer) {
        super.disconnect(peer);
        peers.remove(peer);
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        Completion checked = new OnceOnly(completion);
        super.submitWrite(peer, segments, notification, checked);
        writes.put(checked, new Throwable("a write to " + peer.name() + " was submitted here"));
    }

    /**
     * Closes the transport.
     *
     * @throws LeakError if something was not given back; the transport is closed all the same
     */
    @Override
    public void close() {
        List<Throwable> origins = new ArrayList<>(regions.values());
        origins.addAll(peers.values());
        origins.addAll(writes.values());
        String message = regions.size() + " regions registered, " + peers.size() + " peers connected, " + writes.size()
                + " writes under way at close";
        regions.clear();
        peers.clear();
        super.close();
        if (!origins.isEmpty()) {
            throw new LeakError(message, origins);
        }
    }

    private final class OnceOnly implements Completion {
        private final Completion delegate;

        OnceOnly(Completion delegate) {
            this.delegate = delegate;
        }

        @Override
        public void completed() {
            end();
            delegate.completed();
        }

        @Override
        public void failed(KvTransferException failure) {
            end();
            delegate.failed(failure);
        }

        private void end() {
            if (writes.remove(this) == null) {
                throw new AssertionError("a completion was called twice, or before its write was submitted");
            }
        }
    }
}
