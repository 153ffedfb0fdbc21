// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.Peer;
import dev.penstock.transport.nixl.NixlApi;
import dev.penstock.transport.testkit.memory.AllocatedBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every transport over NIXL must do in one process: NIXL's own traps, memory, quarantine, the order of closing. A
 * binding's test extends this class and names its provider.
 */
public abstract class NixlTransportContract {
    private static final int SMALL_BYTES = 64 << 10;
    private static final int LARGE_BYTES = 16 << 20;
    private static final int MANY = 10_000;

    private final List<NixlNode> nodes = new ArrayList<>();

    /** For subclasses. */
    protected NixlTransportContract() {}

    /** The provider under test. */
    protected abstract KvTransportProvider provider();

    /** The binding of the transports that it makes. */
    protected abstract NixlApi binding();

    private NixlNode node() {
        return node(provider());
    }

    private NixlNode node(KvTransportProvider provider) {
        NixlNode node = new NixlNode(provider);
        nodes.add(node);
        return node;
    }

    @AfterEach
    final void closeNodes() {
        nodes.forEach(NixlNode::close);
    }

    @Test
    void shouldRefuseItsOwnDescriptor() {
        NixlNode node = node();

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> node.connect(node))
                .matches(e -> e.kind() == FailureKind.PROTOCOL)
                .withMessageContaining("own");
    }

    @Test
    void shouldRefuseAPeerThatIsConnected() {
        NixlNode node = node();
        NixlNode other = node();
        node.connect(other);

        assertThatIllegalStateException().isThrownBy(() -> node.connect(other));
    }

    @Test
    void shouldLearnOfRegionsThatAPeerRegistersLater() {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region source = sender.register(SMALL_BYTES);
        Region first = receiver.register(SMALL_BYTES);
        Peer peer = sender.connect(receiver);
        receiver.connect(sender);
        sender.write(peer, source, first, 0, 1);
        NixlNode.until("write", sender::hasEndedAll, sender, receiver);
        for (int round = 0; round < 20; round++) {
            Region later = receiver.register(SMALL_BYTES);
            sender.transport().disconnect(peer);
            peer = sender.connect(receiver);
            NixlNode.block(source).window(0, 1).put(0, (byte) round);
            sender.write(peer, source, later, 0, 1);
            sender.write(peer, source, first, 0, 1);
            NixlNode.until("writes", sender::hasEndedAll, sender, receiver);
            assertThat(sender.failures()).isEmpty();
            assertThat(NixlNode.block(later).window(0, 1).get(0)).isEqualTo((byte) round);
            receiver.transport().deregister(later.id());
        }
        assertThat(receiver.messages()).hasSize(41);
    }

    @Test
    void shouldReloadAPeerWhileWritesToItAreUnderWay() {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region source = sender.register(LARGE_BYTES);
        Region target = receiver.register(LARGE_BYTES);
        Peer peer = sender.connect(receiver);
        receiver.connect(sender);
        sender.write(peer, source, target, 0, 1);
        NixlNode.until("wire-up", sender::hasEndedAll, sender, receiver);
        sender.write(peer, source, target, 0, LARGE_BYTES);
        sender.transport().disconnect(peer);

        // The receiver doesn't poll meanwhile, so the write can't end.
        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> sender.connect(receiver))
                .matches(e -> e.kind() == FailureKind.TIMEOUT);
        NixlNode.until("end of the write", sender::hasEndedAll, sender, receiver);
        Peer again = sender.connect(receiver);
        sender.write(again, source, target, 0, LARGE_BYTES);
        NixlNode.until("writes", sender::hasEndedAll, sender, receiver);

        assertThat(sender.completedCount()).isEqualTo(3);
    }

    @Test
    void shouldRegisterAgainWhatWasDeregistered() {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region target = receiver.register(SMALL_BYTES);
        Region source = sender.register(SMALL_BYTES);
        Peer peer = sender.connect(receiver);
        receiver.connect(sender);
        for (int round = 0; round < 50; round++) {
            // The same segments each time: a request that outlived its registration would be found again.
            sender.write(peer, source, target, 0, SMALL_BYTES);
            NixlNode.until("write", sender::hasEndedAll, sender, receiver);
            sender.transport().deregister(source.id());
            sender.transport().register(source);
        }
        assertThat(sender.completedCount()).isEqualTo(50);
    }

    @Test
    void shouldRefuseMemoryThatOverlaps() {
        NixlNode node = node();
        Region region = node.register(SMALL_BYTES);

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(
                        () -> node.transport().register(node.region(region.nativeAddress(), NixlNode.block(region))))
                .matches(e -> e.kind() == FailureKind.REFUSED)
                .withMessageContaining("overlaps");
    }

    @Test
    void shouldRefuseMemoryWithoutAddress() {
        NixlNode node = node();
        Region region = node.allocate(SMALL_BYTES);
        Region without = new Region(
                new RegionId(99), MemoryKind.HOST, 0, HostRegion.NO_ADDRESS, SMALL_BYTES, NixlNode.block(region));

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> node.transport().register(without))
                .matches(e -> e.kind() == FailureKind.REFUSED);
    }

    @Test
    void shouldFailToConnectToAPeerWhoseMessagesItCouldNotKeep() {
        NixlNode node = node();
        NixlNode talkative = node();
        Peer peer = talkative.connect(node);
        byte[] message = new byte[16 << 10];
        for (int i = 0; i < 600; i++) {
            talkative.send(peer, message);
            talkative.poll();
            node.poll();
        }
        for (int i = 0; i < MANY; i++) {
            talkative.poll();
            node.poll();
        }

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> node.connect(talkative))
                .matches(e -> e.kind() == FailureKind.PEER_LOST)
                .withMessageContaining("could be kept");
    }

    @Test
    void shouldPostTheRequestThatWasPrepared() {
        CountedCalls calls = new CountedCalls(binding());
        NixlNode sender = node(calls);
        NixlNode receiver = node();
        Region source = sender.register(LARGE_BYTES);
        Region target = receiver.register(LARGE_BYTES);
        Peer peer = sender.connect(receiver);
        receiver.connect(sender);
        SegmentList segments = new SegmentList(1);
        segments.add(source.id(), 0, target.id(), 0, SMALL_BYTES, 0);

        sender.transport().prepareWrite(peer, segments);
        assertThat(calls.of("createXferReq")).isEqualTo(1);
        sender.write(peer, segments);
        assertThat(calls.of("createXferReq")).isEqualTo(1);
        // Where it was is not where the next one is.
        sender.write(peer, source, target, SMALL_BYTES, SMALL_BYTES);

        assertThat(calls.of("createXferReq")).isEqualTo(2);
        assertThat(calls.of("postXferReq")).isEqualTo(2);
        NixlNode.until("writes", sender::hasEndedAll, sender, receiver);
        assertThat(sender.failures()).isEmpty();
    }

    @Test
    void shouldAskForTheOldestWriteToEachPeerAlone() {
        CountedCalls calls = new CountedCalls(binding());
        NixlNode sender = node(calls);
        Region source = sender.register(LARGE_BYTES);
        List<NixlNode> receivers = List.of(node(), node());
        for (NixlNode receiver : receivers) {
            Region target = receiver.register(LARGE_BYTES);
            Peer peer = sender.connect(receiver);
            receiver.connect(sender);
            for (int i = 0; i < 3; i++) {
                sender.write(peer, source, target, (long) i * SMALL_BYTES, SMALL_BYTES);
            }
        }

        // The receivers don't poll yet, so no write can end.
        sender.poll();
        assertThat(calls.of("getXferStatus")).isEqualTo(2);
        assertThat(sender.completedCount()).isEqualTo(0);
        NixlNode.until("writes", sender::hasEndedAll, sender, receivers.get(0), receivers.get(1));

        assertThat(sender.failures()).isEmpty();
        NixlNode.until(
                "messages",
                () -> receivers.stream()
                        .allMatch(receiver -> receiver.messages().size() == 3),
                receivers.toArray(NixlNode[]::new));
    }

    @Test
    void shouldQuarantineWritesThatDoNotEnd() {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region source = sender.register(LARGE_BYTES);
        Region unused = sender.register(LARGE_BYTES);
        Region target = receiver.register(LARGE_BYTES);
        // The receiver never polls, so the two never get as far as to move data.
        sender.write(sender.connect(receiver), source, target, 0, LARGE_BYTES);
        sender.poll();

        sender.close();

        assertThat(sender.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.CLOSED);
            assertThat(failure).hasMessageContaining("until the process ends");
        });
        assertThat(isMapped(source.nativeAddress())).isTrue();
        assertThat(isMapped(unused.nativeAddress())).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> NixlNode.block(source).window(0, 1));
    }

    @Test
    void shouldGiveMemoryBack() {
        HostRegion block = node().transport().hostRegions().allocate(LARGE_BYTES + 1);
        long address = block.nativeAddress();
        assertThat(address % (2 << 20)).isZero();
        assertThat(isMapped(address)).isTrue();

        block.close();

        assertThat(isMapped(address)).isFalse();
    }

    @Test
    void shouldAllocateAndMoveMoreThanTwoGibibytes() {
        NixlNode sender = node();
        NixlNode receiver = node();
        long length = (2L << 30) + 5;
        Region target = receiver.register(length);
        Region source = sender.register(SMALL_BYTES);
        NixlNode.block(source).window(0, 5).put(new byte[] {1, 2, 3, 4, 5});
        Peer peer = sender.connect(receiver);
        SegmentList segments = new SegmentList(1);
        segments.add(source.id(), 0, target.id(), length - 5, 5, 0);
        sender.write(peer, segments);
        NixlNode.until("write", sender::hasEndedAll, sender, receiver);

        assertThat(NixlNode.block(target).window(length - 5, 5)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    }

    private static boolean isMapped(long address) {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.substring(0, line.indexOf(' ')).split("-", -1))
                    .anyMatch(range -> Long.parseUnsignedLong(range[0], 16) <= address
                            && address < Long.parseUnsignedLong(range[1], 16));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The steps of taking two nodes apart, in every order that the port allows. */
    @ParameterizedTest
    @ValueSource(strings = {"drsc", "srdc", "rsdc", "dsrc", "sc", "rc", "c", "xsdc", "xdrc", "sx", "dsx", "x"})
    void shouldCloseInAnyOrder(String steps) {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region source = sender.register(SMALL_BYTES);
        Region target = receiver.register(SMALL_BYTES);
        Peer toReceiver = sender.connect(receiver);
        Peer toSender = receiver.connect(sender);
        sender.write(toReceiver, source, target, 0, SMALL_BYTES);
        NixlNode.until("write", sender::hasEndedAll, sender, receiver);
        for (int i = 0; i < steps.length(); i++) {
            switch (steps.charAt(i)) {
                case 's' -> sender.transport().deregister(source.id());
                case 'r' -> receiver.transport().deregister(target.id());
                case 'd' -> {
                    sender.transport().disconnect(toReceiver);
                    receiver.transport().disconnect(toSender);
                }
                case 'c' -> sender.transport().close();
                default -> receiver.transport().close();
            }
        }
        assertThat(sender.completedCount()).isOne();
    }

    @Test
    void shouldMoveManySegmentsWithoutGrowth() {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region source = sender.register(SMALL_BYTES);
        Region target = receiver.register(SMALL_BYTES);
        Peer peer = sender.connect(receiver);
        writeDifferent(sender, receiver, peer, source, target, MANY);
        long before = residentBytes();
        writeDifferent(sender, receiver, peer, source, target, MANY);

        // Each write makes a request of its own here, of some kilobytes, and most of them must go again.
        assertThat(residentBytes()).isLessThan(before + (16 << 20));
    }

    private static void writeDifferent(
            NixlNode sender, NixlNode receiver, Peer peer, Region source, Region target, int count) {
        for (int i = 0; i < count; i++) {
            sender.write(peer, source, target, i, 1 + i % 1000);
            NixlNode.until("write", sender::hasEndedAll, sender, receiver);
            receiver.messages().clear();
        }
        assertThat(sender.failures()).isEmpty();
    }

    private static long residentBytes() {
        System.gc();
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldAllocateNothingOnTheHeapInASteadyStream() {
        NixlNode sender = node();
        NixlNode receiver = node();
        Region source = sender.register(SMALL_BYTES);
        Region target = receiver.register(SMALL_BYTES);
        Peer peer = sender.connect(receiver);
        receiver.connect(sender);
        SegmentList segments = new SegmentList(2);
        segments.add(source.id(), 0, target.id(), 64, 1024, 0);
        segments.add(source.id(), 4096, target.id(), 8192, 1024, 0);
        ByteBuffer notification = ByteBuffer.allocate(32);
        QuietEvents events = new QuietEvents();

        double bytes = AllocatedBytes.perRepetition(MANY, () -> {
            events.expectOne();
            sender.transport().submitWrite(peer, segments, notification, events);
            while (!events.isDone()) {
                sender.transport().poll(events, 16);
                receiver.transport().poll(events, 16);
            }
        });

        assertThat(bytes).isLessThan(1);
    }

    @Test
    void shouldLeaveTheJvmItsSignals() {
        node();
        int caught = 0;
        for (int i = 0; i < MANY; i++) {
            try {
                // Compiled code makes these checks by way of SIGSEGV.
                caught -= hashOf(i % 100 == 0 ? null : "some");
            } catch (NullPointerException e) {
                caught++;
            }
        }
        assertThat(caught).isEqualTo(MANY / 100);
    }

    private static int hashOf(@Nullable Object value) {
        return value.hashCode() & 0;
    }
}
