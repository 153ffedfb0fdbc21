// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.contract;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.ports.transport.TransportEvents;
import dev.penstock.transport.testkit.HostMemoryProvider;
import dev.penstock.transport.testkit.TestMemory;
import dev.penstock.transport.testkit.TestMemoryProvider;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/** A transport under test with its memory, and what its polls reported. */
final class NixlNode implements TransportEvents, Completion, AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RegionIds ids = new RegionIds();
    private final TestMemory memory;
    private final KvTransport transport;
    private final List<byte[]> messages = new ArrayList<>();
    private final List<Peer> lost = new ArrayList<>();
    private final List<KvTransferException> failures = new ArrayList<>();
    private int submitted;
    private int completed;

    /** A node with host memory. */
    NixlNode(KvTransportProvider provider) {
        this(provider, new HostMemoryProvider());
    }

    NixlNode(KvTransportProvider provider, TestMemoryProvider memories) {
        String name =
                "node-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
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

    /** A region of its memory that is not registered. */
    Region allocate(long lengthBytes) {
        return memory.allocate(lengthBytes);
    }

    /** The block as a region of a new id. */
    Region region(long address, HostRegion block) {
        return new Region(ids.next(), MemoryKind.HOST, 0, address, block.lengthBytes(), block);
    }

    /** A registered region. */
    Region register(long lengthBytes) {
        Region region = allocate(lengthBytes);
        transport.register(region);
        return region;
    }

    /** Fills a region of this node with new random bytes and says what their CRC-32C is. */
    int fill(Region region) {
        byte[] content = new byte[Math.toIntExact(region.lengthBytes())];
        ThreadLocalRandom.current().nextBytes(content);
        memory.write(ByteBuffer.wrap(content), region.span());
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    /** The block behind a host region. */
    static HostRegion block(Region region) {
        return Objects.requireNonNull(region.host(), "a host region has a block");
    }

    Peer connect(NixlNode other) {
        return transport.connect(other.transport.descriptor());
    }

    void write(Peer peer, Region from, Region to, long offset, long length) {
        SegmentList segments = new SegmentList(1);
        segments.add(from.id(), offset, to.id(), offset, length, 0);
        write(peer, segments);
    }

    void write(Peer peer, SegmentList segments) {
        submitted++;
        transport.submitWrite(peer, segments, ByteBuffer.wrap(new byte[] {1}), this);
    }

    void send(Peer peer, byte... message) {
        transport.submitNotification(peer, ByteBuffer.wrap(message));
    }

    boolean hasEndedAll() {
        return completed + failures.size() == submitted;
    }

    int completedCount() {
        return completed;
    }

    List<KvTransferException> failures() {
        return failures;
    }

    List<byte[]> messages() {
        return messages;
    }

    List<Peer> lost() {
        return lost;
    }

    int poll() {
        return transport.poll(this, Integer.MAX_VALUE);
    }

    /** Polls the nodes until something has happened. Where they have nothing to do, others may: the peer, for one. */
    @SuppressWarnings("ThreadPriorityCheck")
    static void until(String what, BooleanSupplier condition, NixlNode... nodes) {
        long beginNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            int done = 0;
            for (NixlNode node : nodes) {
                done += node.poll();
            }
            if (done == 0) {
                Thread.yield();
            }
            if (System.nanoTime() - beginNs > PATIENCE.toNanos()) {
                throw new AssertionError("no " + what + " within " + PATIENCE);
            }
        }
    }

    /** Polls until the peer is lost, without sending it anything. */
    void untilLost(Peer peer) {
        until("loss of " + peer.name(), () -> lost.contains(peer), this);
    }

    @Override
    public void notified(Peer from, ByteBuffer message) {
        byte[] copy = new byte[message.remaining()];
        message.get(copy);
        messages.add(copy);
    }

    @Override
    public void peerLost(Peer peer, KvTransferException cause) {
        if (lost.contains(peer)) {
            throw new AssertionError(peer.name() + " was lost twice");
        }
        lost.add(peer);
    }

    @Override
    public void completed() {
        completed++;
    }

    @Override
    public void failed(KvTransferException failure) {
        failures.add(failure);
    }

    /** Closes the transport, and then its memory. */
    @Override
    public void close() {
        transport.close();
        memory.close();
    }
}
