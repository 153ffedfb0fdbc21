// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The part of the {@link KvTransportContract} about memory, registration, descriptors, and the coming and going of peers. */
public abstract class KvTransportLifecycleContract extends TransportScenario {
    private static final int SMALL_BYTES = 64 << 10;
    private static final int LARGE_BYTES = 16 << 20;
    private static final Duration A_WHILE = Duration.ofMillis(200);

    /** For subclasses. */
    protected KvTransportLifecycleContract() {}

    /**
     * Whether two transports of one process can reach each other. Where they can't, this contract says nothing, and
     * {@link KvTransportTwoProcessContract} must do.
     */
    protected boolean supportsSameProcess() {
        return true;
    }

    @BeforeEach
    final void assumeSameProcess() {
        Assumptions.assumeTrue(supportsSameProcess(), "two transports of one process can't reach each other");
    }

    @Test
    void shouldSayWhatItIs() {
        KvTransport transport = node().transport();

        assertThat(provider().availability().reason()).isEmpty();
        assertThat(transport.name()).isEqualTo(provider().name()).isNotBlank();
        assertThat(transport.maxNotificationBytes()).isGreaterThanOrEqualTo(16 << 10);
        assertThat(transport.maxSegments()).isGreaterThanOrEqualTo(64);
    }

    @Test
    void shouldAllocateBlocksOfAnySize() {
        HostRegions regions = node().transport().hostRegions();
        assertThat(regions.availableBytes()).isPositive();

        for (int length : new int[] {1, 4095, 4097, 1 << 20}) {
            try (HostRegion block = regions.allocate(length)) {
                assertThat(block.lengthBytes()).isEqualTo(length);
                ByteBuffer window = block.window(length - 1, 1);
                assertThat(window.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
                assertThat(window.capacity()).isOne();
                window.put((byte) 42);
                assertThat(block.window(0, length).get(length - 1)).isEqualTo((byte) 42);
            }
        }
    }

    @Test
    void shouldCheckWindows() {
        HostRegion block = node().transport().hostRegions().allocate(100);

        assertThatThrownBy(() -> block.window(50, 51)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.window(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.window(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.window(Long.MAX_VALUE, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        block.close();
        block.close();
        assertThatIllegalState(() -> block.window(0, 1));
    }

    @Test
    void shouldRefuseABlockThatDoesNotFit() {
        HostRegions regions = node().transport().hostRegions();

        assertThatThrownBy(() -> regions.allocate(1L << 60))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CAPACITY));
    }

    @Test
    void shouldRefuseToRegisterTwice() {
        TestNode node = node();
        Region region = node.region(SMALL_BYTES);

        assertThatThrownBy(() -> node.transport().register(region))
                .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
    }

    @Test
    void shouldIgnoreUnknownRegionsInDeregister() {
        TestNode node = node();
        Region region = node.region(SMALL_BYTES);

        node.transport().deregister(region.id());
        node.transport().deregister(region.id());
        node.transport().register(region);
    }

    @Test
    void shouldSayWhatIsRegistered() {
        TestNode node = node();
        Region region = node.region(SMALL_BYTES);
        Region another = node.allocate(SMALL_BYTES);

        assertThat(node.transport().isRegistered(region.id())).isTrue();
        assertThat(node.transport().isRegistered(another.id())).isFalse();
        node.transport().deregister(region.id());
        assertThat(node.transport().isRegistered(region.id())).isFalse();
    }

    @Test
    void shouldRefuseToConnectToAPeerOnceMore() {
        Pair pair = pair(SMALL_BYTES);
        byte[] descriptor = pair.receiver().transport().descriptor();

        assertThatIllegalState(() -> pair.sender().transport().connect(descriptor));

        pair.write(0, SMALL_BYTES, new byte[] {1});
        pair.until(
                pump(),
                "write over the connection that was there",
                () -> !pair.sender().hasWritesUnderWay());
        pair.sender().disconnect(pair.toReceiver());
        Peer again = pair.sender().connect(descriptor);
        assertThat(again).isNotEqualTo(pair.toReceiver());
    }

    @Test
    void shouldNameInADescriptorTheRegionsThatAreRegisteredThen() {
        TestNode sender = node();
        TestNode receiver = node();
        Region source = sender.region(SMALL_BYTES);
        Region removed = receiver.region(SMALL_BYTES);
        Region kept = receiver.region(SMALL_BYTES);
        receiver.deregister(removed);
        byte[] descriptor = receiver.transport().descriptor();
        Region later = receiver.region(SMALL_BYTES);
        Peer toReceiver = sender.connect(descriptor);

        assertThatIllegalArgument(() -> sender.write(toReceiver, segment(source, 0, removed, 0, 1), new byte[] {1}));
        assertThatIllegalArgument(() -> sender.write(toReceiver, segment(source, 0, later, 0, 1), new byte[] {1}));
        TestWrite write = sender.write(toReceiver, segment(source, 0, kept, 0, 1), new byte[] {1});
        pump().until("write", write::isEnded, sender, receiver);
        assertThat(write.isCompleted()).isTrue();
    }

    @Test
    void shouldKeepARegionRegisteredWhileAWriteUsesIt() {
        Pair pair = pair(SMALL_BYTES);
        TestWrite write = pair.write(0, SMALL_BYTES, new byte[] {1});

        assertThatIllegalState(() -> pair.sender().deregister(pair.source()));
        pair.until(pump(), "write", write::isEnded);
        assertThat(write.isCompleted()).isTrue();
        pair.sender().deregister(pair.source());
    }

    @Test
    void shouldRefuseWhatIsNoDescriptor() {
        Seeds.run(random -> {
            TestNode node = node();
            byte[] valid = node().transport().descriptor();
            for (int length = 0; length < valid.length; length++) {
                requireProtocolFailure(node, Arrays.copyOf(valid, length));
            }
            for (int i = 0; i < 200; i++) {
                requireProtocolFailure(node, TestBytes.random(random, random.nextInt(300)));
            }
        });
    }

    private static void requireProtocolFailure(TestNode node, byte[] descriptor) {
        assertThatThrownBy(() -> node.connect(descriptor))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }

    @Test
    void shouldSurviveDamagedDescriptors() {
        Seeds.run(random -> {
            TestNode node = node();
            TestNode other = node();
            other.region(SMALL_BYTES);
            byte[] valid = other.transport().descriptor();
            for (int i = 0; i < 1000; i++) {
                connectToDamaged(node, damaged(valid, random));
            }
            Peer peer = node.connect(valid);
            Peer back = other.connect(node);
            node.send(peer, new byte[] {1});
            other.send(back, new byte[] {2});
            pump().until(
                            "message each way",
                            () -> node.messages().size() + other.messages().size() == 2,
                            node,
                            other);
        });
    }

    /** A damaged descriptor may still be a good one, or be refused: nothing else. */
    private static void connectToDamaged(TestNode node, byte[] descriptor) {
        try {
            node.disconnect(node.connect(descriptor));
        } catch (KvTransferException e) {
            assertThat(e.kind()).isIn(FailureKind.PROTOCOL, FailureKind.PEER_LOST);
        }
    }

    private static byte[] damaged(byte[] valid, Random random) {
        byte[] damaged =
                random.nextInt(10) == 0 ? Arrays.copyOf(valid, random.nextInt(2 * valid.length)) : valid.clone();
        for (int i = random.nextInt(4); i >= 0 && damaged.length > 0; i--) {
            int at = random.nextInt(damaged.length);
            damaged[at] =
                    random.nextBoolean() ? (byte) random.nextInt() : (byte) (damaged[at] ^ (1 << random.nextInt(8)));
        }
        return damaged;
    }

    @Test
    void shouldReportAClosedPeerOnceAndNothingAfterwards() {
        Pair pair = pair(SMALL_BYTES);
        pair.receiver().send(pair.toSender(), new byte[] {1});
        pair.until(pump(), "message", () -> pair.sender().messages().size() == 1);
        pair.receiver().closeAbruptly();

        lossPump().untilLost(pair.sender(), pair.toReceiver());
        TestWrite late = pair.write(0, SMALL_BYTES, new byte[] {2});
        pair.sender().send(pair.toReceiver(), new byte[] {3});
        lossPump().until("end of a write to a lost peer", late::isEnded, pair.sender());
        pump().forAWhile(A_WHILE, pair.sender());
        assertThat(pair.sender().losses())
                .singleElement()
                .satisfies(loss -> assertThat(loss.cause().kind()).isEqualTo(FailureKind.PEER_LOST));
    }

    @Test
    void shouldEndWritesToAPeerThatCloses() {
        Pair pair = pair(LARGE_BYTES);
        TestWrite write = pair.write(0, LARGE_BYTES, new byte[] {1});
        pair.sender().poll();
        pair.receiver().closeAbruptly();

        lossPump().untilLost(pair.sender(), pair.toReceiver());
        lossPump().until("end of the write", write::isEnded, pair.sender());
    }

    @Test
    void shouldMeetANewIncarnationOfAPeer() {
        Pair pair = pair(SMALL_BYTES);
        pair.receiver().closeAbruptly();
        TestNode successor = node();
        Region destination = successor.region(SMALL_BYTES);
        Peer toSuccessor = pair.sender().connect(successor);
        Peer back = successor.connect(pair.sender());

        TestWrite write = pair.sender().write(toSuccessor, segment(pair.source(), 0, destination, 0, 100), new byte[1]);
        successor.send(back, new byte[] {2});
        pump().until(
                        "exchange with the successor",
                        () -> write.isEnded()
                                && successor.messages().size() == 1
                                && pair.sender().messages().size() == 1,
                        pair.sender(),
                        successor);

        assertThat(write.isCompleted()).isTrue();
        assertThat(pair.sender().messages().get(0).from()).isSameAs(toSuccessor);
        lossPump().untilLost(pair.sender(), pair.toReceiver());
        assertThat(pair.sender().hasLost(toSuccessor)).isFalse();
    }

    @Test
    void shouldForgetADisconnectedPeer() {
        Pair pair = pair(SMALL_BYTES);
        pair.sender().disconnect(pair.toReceiver());
        pair.sender().transport().disconnect(pair.toReceiver());

        assertThatIllegalState(() -> pair.sender().send(pair.toReceiver(), new byte[] {1}));
        assertThatIllegalState(() -> pair.write(0, 1, new byte[] {1}));
        pair.receiver().send(pair.toSender(), new byte[] {2});
        pump().forAWhile(A_WHILE, pair.sender(), pair.receiver());
        assertThat(pair.sender().messages()).isEmpty();
        assertThat(pair.sender().losses()).isEmpty();
    }

    @Test
    void shouldEndWritesOfADisconnectedPeer() {
        Pair pair = pair(LARGE_BYTES);
        TestWrite write = pair.write(0, LARGE_BYTES, new byte[] {1});
        pair.sender().disconnect(pair.toReceiver());

        assertThat(write.isEnded()).isFalse();
        pair.until(pump(), "end of the write", write::isEnded);
        pair.sender().deregister(pair.source());
    }

    @Test
    void shouldEndWritesWhenItCloses() {
        Pair pair = pair(LARGE_BYTES);
        TestWrite first = pair.write(0, LARGE_BYTES, new byte[] {1});
        TestWrite second = pair.write(0, LARGE_BYTES, new byte[] {2});
        pair.sender().poll();
        pair.sender().closeAbruptly();

        for (TestWrite write : new TestWrite[] {first, second}) {
            assertThat(write.isEnded()).isTrue();
            KvTransferException failure = write.failure();
            if (failure != null) {
                assertThat(failure.kind()).isEqualTo(FailureKind.CLOSED);
            }
        }
    }

    @Test
    void shouldRefuseUseAfterClose() {
        Pair pair = pair(SMALL_BYTES);
        KvTransport transport = pair.sender().transport();
        Region another = pair.sender().allocate(SMALL_BYTES);
        byte[] descriptor = pair.receiver().transport().descriptor();
        pair.sender().closeAbruptly();

        assertThatCode(transport::close).doesNotThrowAnyException();
        assertThatIllegalState(() -> pair.write(0, 1, new byte[] {1}));
        assertThatIllegalState(() -> pair.sender().send(pair.toReceiver(), new byte[] {1}));
        assertThatIllegalState(() -> transport.register(another));
        assertThatIllegalState(transport::descriptor);
        assertThatIllegalState(() -> transport.connect(descriptor));
        assertThatIllegalState(() -> transport.hostRegions().allocate(1));
    }

    @Test
    void shouldKeepBlocksUsableAfterClose() {
        Pair pair = pair(SMALL_BYTES);
        pair.sender().closeAbruptly();

        assertThat(pair.sourceBytes()).containsOnly(TestBytes.POISON);
    }

    @Test
    void shouldServeSeveralPeers() {
        TestNode hub = node();
        Region source = hub.region(SMALL_BYTES);
        TestNode[] spokes = {node(), node(), node()};
        for (int i = 0; i < spokes.length; i++) {
            Region destination = spokes[i].region(SMALL_BYTES);
            Peer toSpoke = hub.connect(spokes[i]);
            Peer toHub = spokes[i].connect(hub);
            byte[] content = {(byte) i};
            hub.put(source, i, content);
            hub.write(toSpoke, segment(source, i, destination, 7, 1), content);
            spokes[i].send(toHub, content);
            TestNode spoke = spokes[i];
            pump().until("message at the spoke", () -> spoke.messages().size() == 1, hub, spoke);
            int expected = i + 1;
            pump().until("message at the hub", () -> hub.messages().size() == expected, hub, spoke);

            assertThat(spoke.bytes(destination, 7, 1)).isEqualTo(content);
            assertThat(hub.messages().get(i).from()).isSameAs(toSpoke);
            assertThat(hub.messages().get(i).bytes()).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void shouldReachAPeersMemoryWhereItIsShared() {
        Seeds.run(random -> {
            Pair pair = pair(SMALL_BYTES);
            KvTransport transport = pair.sender().transport();
            if (!transport.sharesMemory()) {
                assertThat(transport.reach(pair.toReceiver(), pair.destination().id()))
                        .isEmpty();
                return;
            }
            assertThatThrownBy(() ->
                            transport.reach(pair.toReceiver(), pair.source().id()))
                    .isInstanceOfSatisfying(
                            KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
            HostRegion reached =
                    transport.reach(pair.toReceiver(), pair.destination().id()).orElseThrow();
            byte[] content = TestBytes.random(random, SMALL_BYTES);
            reached.window(0, SMALL_BYTES).put(content);
            TestWrite write = pair.sender().write(pair.toReceiver(), new SegmentList(1), new byte[] {1});
            pair.until(pump(), "notification", () -> pair.receiver().messages().size() == 1);
            assertThat(pair.destinationBytes()).isEqualTo(content);
            pair.until(pump(), "completion", write::isEnded);

            Region alias = new Region(
                    new RegionId(Integer.MAX_VALUE),
                    MemoryKind.HOST,
                    0,
                    reached.nativeAddress(),
                    reached.lengthBytes(),
                    reached);
            pair.sender().register(alias);
            TestWrite inPlace = pair.sender()
                    .write(pair.toReceiver(), segment(alias, 0, pair.destination(), 0, SMALL_BYTES), new byte[] {2});
            pair.until(pump(), "write of what is there already", inPlace::isEnded);
            assertThat(inPlace.isCompleted()).isTrue();
            assertThat(pair.destinationBytes()).isEqualTo(content);
            pair.sender().deregister(alias);

            pair.sender().disconnect(pair.toReceiver());
            pair.receiver().closeAbruptly();
            assertThat(reached.window(0, SMALL_BYTES)).isEqualTo(ByteBuffer.wrap(content));
            reached.close();
        });
    }

    static void assertThatIllegalState(ThrowingCallable call) {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(call);
    }

    static void assertThatIllegalArgument(ThrowingCallable call) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(call);
    }
}
