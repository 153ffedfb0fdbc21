// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * A transport under test with its memory, peers and writes. Remembers what {@code poll} reported, and makes each poll fail
 * in which the transport reported what its contract forbids.
 */
final class TestNode implements TransportEvents {
    /** A notification that arrived. */
    record Message(Peer from, ByteBuffer bytes) {
        String hex() {
            return HexFormat.of().formatHex(TestBytes.of(bytes));
        }
    }

    /** A peer that was reported lost. */
    record Loss(Peer peer, KvTransferException cause) {}

    private static final int STEP_BYTES = 1 << 20;

    private final TestMemory memory;
    private final KvTransport transport;
    private final List<Region> regions = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final List<TestWrite> writes = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Set<Peer> silent = Collections.newSetFromMap(new IdentityHashMap<>());
    private BiConsumer<Peer, ByteBuffer> onMessage = (from, message) -> {};
    private int reports;
    private boolean reporting;
    private boolean open = true;

    /**
     * Opens a memory and a transport.
     *
     * @param name the transport's endpoint's, never used before
     * @param ids names of regions; different for the nodes of a test, so that they can't be mixed up
     */
    TestNode(KvTransportProvider provider, String name, TestMemoryProvider memories, RegionIds ids) {
        memory = memories.open(() -> transport().hostRegions(), ids);
        try {
            transport = provider.open(new TransportConfig(name));
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    KvTransport transport() {
        return transport;
    }

    /** Those that were not disconnected. */
    List<Peer> peers() {
        return peers;
    }

    /** Those that arrived and were not taken out. */
    List<Message> messages() {
        return messages;
    }

    List<Loss> losses() {
        return losses;
    }

    boolean hasLost(Peer peer) {
        return losses.stream().anyMatch(loss -> loss.peer().equals(peer));
    }

    /** Called with each notification while it is valid. */
    void onMessage(BiConsumer<Peer, ByteBuffer> listener) {
        onMessage = listener;
    }

    /** A region that is not registered, poisoned. */
    Region allocate(long lengthBytes) {
        Region region = memory.allocate(lengthBytes);
        poison(region);
        return region;
    }

    /** A registered region, poisoned. */
    Region region(long lengthBytes) {
        Region region = allocate(lengthBytes);
        register(region);
        return region;
    }

    void register(Region region) {
        transport.register(region);
        regions.add(region);
    }

    void deregister(Region region) {
        transport.deregister(region.id());
        regions.remove(region);
    }

    /** Fills a region with what nothing else writes. */
    void poison(Region region) {
        byte[] poison = new byte[(int) Math.min(region.lengthBytes(), STEP_BYTES)];
        Arrays.fill(poison, TestBytes.POISON);
        for (long offset = 0; offset < region.lengthBytes(); offset += poison.length) {
            int length = (int) Math.min(poison.length, region.lengthBytes() - offset);
            memory.write(ByteBuffer.wrap(poison, 0, length), region.span().slice(offset, length));
        }
    }

    /** Writes into a region of this node. */
    void put(Region region, long offset, byte[] bytes) {
        memory.write(ByteBuffer.wrap(bytes), region.span().slice(offset, bytes.length));
    }

    /** What a region of this node holds. */
    byte[] bytes(Region region) {
        return bytes(region, 0, Math.toIntExact(region.lengthBytes()));
    }

    /** What a part of a region of this node holds. */
    byte[] bytes(Region region, long offset, int length) {
        byte[] bytes = new byte[length];
        memory.read(region.span().slice(offset, length), ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** The CRC-32C of a part of a region of this node. */
    int crc(Region region, long offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(region, offset, length));
        return (int) crc.getValue();
    }

    Peer connect(TestNode other) {
        return connect(other.transport.descriptor());
    }

    Peer connect(byte[] descriptor) {
        Peer peer = transport.connect(descriptor);
        peers.add(peer);
        return peer;
    }

    void disconnect(Peer peer) {
        transport.disconnect(peer);
        peers.remove(peer);
        silent.add(peer);
    }

    TestWrite write(Peer peer, SegmentList segments, byte[] notification) {
        TestWrite write = new TestWrite(this);
        transport.submitWrite(peer, segments, ByteBuffer.wrap(notification), write);
        writes.add(write);
        return write;
    }

    void send(Peer peer, byte[] message) {
        transport.submitNotification(peer, ByteBuffer.wrap(message));
    }

    int poll() {
        return poll(Integer.MAX_VALUE);
    }

    /** Polls once and checks what was reported meanwhile. */
    int poll(int limit) {
        reports = 0;
        reporting = true;
        int done = transport.poll(this, limit);
        reporting = false;
        if (reports > limit) {
            violated(reports + " reports in a poll of at most " + limit);
        }
        if (reports > 0 && done == 0) {
            violated(reports + " reports in a poll that did nothing");
        }
        requireNoViolations();
        return done;
    }

    @Override
    public void notified(Peer from, ByteBuffer message) {
        reported();
        if (silent.contains(from)) {
            violated("a notification from " + from.name() + ", which is lost or disconnected");
        }
        messages.add(new Message(from, ByteBuffer.wrap(TestBytes.of(message))));
        onMessage.accept(from, message);
    }

    @Override
    public void peerLost(Peer peer, KvTransferException cause) {
        reported();
        if (!silent.add(peer)) {
            violated(peer.name() + " was reported lost twice, or after it was disconnected");
        }
        losses.add(new Loss(peer, cause));
    }

    /** Counts a report, which must come from within poll, or close. */
    void reported() {
        reports++;
        if (!reporting) {
            violated("a report that does not come from poll");
        }
    }

    void violated(String what) {
        violations.add(what);
    }

    void requireNoViolations() {
        if (!violations.isEmpty()) {
            throw new AssertionError("the transport broke its contract: " + violations);
        }
    }

    /** Whether the transport was not closed. */
    boolean isOpen() {
        return open;
    }

    boolean hasWritesUnderWay() {
        return !writes.stream().allMatch(TestWrite::isEnded);
    }

    /** Closes the transport as it is: writes may be under way. */
    void closeAbruptly() {
        open = false;
        reporting = true;
        try {
            transport.close();
        } catch (LeakError e) {
            // A leak-checking transport rightly complains of what this does on purpose.
        }
        reporting = false;
        requireNoViolations();
    }

    /** Gives everything back and closes the transport, unless it was closed already, and then its memory. */
    void close(Pump pump) {
        try {
            if (open) {
                List.copyOf(peers).forEach(this::disconnect);
                pump.until("the end of all writes", () -> !hasWritesUnderWay(), this);
                List.copyOf(regions).forEach(this::deregister);
                open = false;
                transport.close();
            }
        } finally {
            if (open) {
                // Something failed before; all the same no transport outlives its memory.
                closeAbruptly();
            }
            memory.close();
        }
    }

    @Override
    public String toString() {
        return messages.size() + " messages, losses " + losses + ", writes " + writes;
    }
}
