// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** What the transport contracts share: the provider under test, its nodes, and the end of them. */
public abstract class TransportScenario {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final RegionIds regionIds = new RegionIds();
    private final List<TestNode> nodes = new ArrayList<>();

    /** For subclasses. */
    protected TransportScenario() {}

    /** The provider under test. */
    protected abstract KvTransportProvider provider();

    /** How long something may take that should happen at once. A test that waits longer fails. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** How long a node may take to find out that a peer is gone, while it speaks to it now and then. */
    protected Duration lossPatience() {
        return patience();
    }

    /** Where nodes have their regions: in their transport's host memory. */
    protected TestMemoryProvider memory() {
        return new HostMemoryProvider();
    }

    /** A name that no other endpoint has or had. */
    protected static String newName(String role) {
        return role
                + '-'
                + NAMES.incrementAndGet()
                + '-'
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** Closes all nodes. */
    @AfterEach
    void closeNodes() {
        List<Throwable> failures = new ArrayList<>();
        try {
            endWrites();
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        }
        for (TestNode node : nodes) {
            try {
                node.close(pump());
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }
        nodes.clear();
        if (!failures.isEmpty()) {
            AssertionError error = new AssertionError("could not clean up: " + failures.get(0), failures.get(0));
            failures.subList(1, failures.size()).forEach(error::addSuppressed);
            throw error;
        }
    }

    /** Both ends are polled: a transport may need its peer's help to bring a write to its end. */
    private void endWrites() {
        TestNode[] open = nodes.stream().filter(TestNode::isOpen).toArray(TestNode[]::new);
        pump().until(
                        "the end of all writes",
                        () -> nodes.stream().filter(TestNode::isOpen).noneMatch(TestNode::hasWritesUnderWay),
                        open);
    }

    final Pump pump() {
        return new Pump(patience());
    }

    final Pump lossPump() {
        return new Pump(lossPatience());
    }

    /** A new node, closed after the test. */
    final TestNode node() {
        TestNode node = new TestNode(provider(), newName("node"), memory(), regionIds);
        nodes.add(node);
        return node;
    }

    /** A sender with a region to read from, a receiver with one to write to, each connected to the other. */
    final Pair pair(long regionBytes) {
        TestNode sender = node();
        TestNode receiver = node();
        Region source = sender.region(regionBytes);
        Region destination = receiver.region(regionBytes);
        return new Pair(sender, receiver, source, destination, sender.connect(receiver), receiver.connect(sender));
    }

    /** One segment. */
    static SegmentList segment(Region from, long fromOffset, Region to, long toOffset, long length) {
        SegmentList segments = new SegmentList(1);
        segments.add(from.id(), fromOffset, to.id(), toOffset, length, 0);
        return segments;
    }

    /**
     * Two nodes that know each other.
     *
     * @param toReceiver the receiver as the sender sees it
     * @param toSender the sender as the receiver sees it
     */
    record Pair(TestNode sender, TestNode receiver, Region source, Region destination, Peer toReceiver, Peer toSender) {
        byte[] sourceBytes() {
            return sender.bytes(source);
        }

        byte[] destinationBytes() {
            return receiver.bytes(destination);
        }

        /** Writes the same range of the source to the destination. */
        TestWrite write(long offset, long length, byte[] notification) {
            return sender.write(toReceiver, segment(source, offset, destination, offset, length), notification);
        }

        void until(Pump pump, String what, java.util.function.BooleanSupplier condition) {
            pump.until(what, condition, sender, receiver);
        }
    }
}
