// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.ports.transport.TransportEvents;
import dev.penstock.transport.testkit.memory.AllocatedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What loopback promises beyond the contract of all transports. */
class LoopbackTransportTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path place;

    private final List<HostRegion> blocks = new ArrayList<>();
    private final Log senderLog = new Log();
    private final Log receiverLog = new Log();
    private KvTransport sender;
    private KvTransport receiver;

    /** Remembers first bytes of notifications, ends of writes and losses. */
    private static class Log implements TransportEvents, Completion {
        final List<String> lines = new ArrayList<>();

        @Override
        public void notified(Peer from, ByteBuffer message) {
            lines.add("message " + message.get());
        }

        @Override
        public void peerLost(Peer peer, KvTransferException cause) {
            lines.add("lost " + cause.kind());
        }

        @Override
        public void completed() {
            lines.add("completed");
        }

        @Override
        public void failed(KvTransferException failure) {
            lines.add("failed " + failure.kind());
        }
    }

    /** Counts, and allocates nothing. */
    private static final class Counter implements TransportEvents {
        long count;

        @Override
        public void notified(Peer from, ByteBuffer message) {
            count++;
        }

        @Override
        public void peerLost(Peer peer, KvTransferException cause) {
            throw new AssertionError(cause);
        }
    }

    @BeforeEach
    void open() {
        sender = open("sender");
        receiver = open("receiver");
    }

    private KvTransport open(String name) {
        return new LoopbackTransportProvider(place).open(new TransportConfig(name));
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
        blocks.forEach(HostRegion::close);
    }

    private Region register(KvTransport transport, int id, HostRegion block) {
        blocks.add(block);
        Region region =
                new Region(new RegionId(id), MemoryKind.HOST, 0, HostRegion.NO_ADDRESS, block.lengthBytes(), block);
        transport.register(region);
        return region;
    }

    private static SegmentList segment(Region from, Region to, long length) {
        SegmentList segments = new SegmentList(1);
        segments.add(from.id(), 0, to.id(), 0, length, 0);
        return segments;
    }

    private static ByteBuffer message(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }

    private Path directoryOf(String name) throws IOException {
        try (var endpoints = Files.walk(place, 2)) {
            return endpoints
                    .filter(path -> path.getFileName().toString().startsWith(name + "~"))
                    .findAny()
                    .orElseThrow();
        }
    }

    @Test
    void shouldCopyInSmallStepsAndLetNotificationsPass() {
        Region from = register(sender, 1, sender.hostRegions().allocate(8 * MIB));
        Region to = register(receiver, 2, receiver.hostRegions().allocate(8 * MIB));
        Peer toReceiver = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        sender.submitWrite(toReceiver, segment(from, to, 8 * MIB), message(1), senderLog);
        sender.submitNotification(toReceiver, message(2));

        for (int step = 1; step < 8; step++) {
            assertThat(sender.poll(senderLog, 10)).isPositive();
            receiver.poll(receiverLog, 10);
            assertThat(receiverLog.lines).containsExactly("message 2");
            assertThat(senderLog.lines).isEmpty();
        }
        sender.poll(senderLog, 10);
        receiver.poll(receiverLog, 10);
        assertThat(receiverLog.lines).containsExactly("message 2", "message 1");
        assertThat(senderLog.lines).containsExactly("completed");
    }

    @Test
    void shouldCopyNothingThatIsInPlace() {
        Region to = register(receiver, 2, receiver.hostRegions().allocate(8 * MIB));
        Peer toReceiver = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        Region alias = register(sender, 1, sender.reach(toReceiver, to.id()).orElseThrow());
        sender.submitWrite(toReceiver, segment(alias, to, 8 * MIB), message(1), senderLog);

        sender.poll(senderLog, 10);
        assertThat(senderLog.lines).containsExactly("completed");
    }

    @Test
    void shouldTakeSourcesFromElsewhereButNotAsDestinations() {
        Region foreign = register(sender, 1, receiver.hostRegions().allocate(MIB));
        Region to = register(receiver, 2, receiver.hostRegions().allocate(MIB));
        Peer toReceiver = sender.connect(receiver.descriptor());
        Peer toSender = receiver.connect(sender.descriptor());
        sender.submitWrite(toReceiver, segment(foreign, to, MIB), message(1), senderLog);
        sender.poll(senderLog, 10);
        sender.poll(senderLog, 10);

        assertThat(senderLog.lines).containsExactly("completed");
        assertThatThrownBy(() -> receiver.submitWrite(toSender, segment(to, foreign, 1), message(1), receiverLog))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseDeviceMemory() {
        Region device = new Region(new RegionId(1), MemoryKind.CUDA, 0, 4096, 4096, null);

        assertThatThrownBy(() -> sender.register(device))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
    }

    @Test
    void shouldConnectAgainToTheSameIncarnation() {
        Peer first = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        byte[] descriptor = receiver.descriptor();
        assertThatThrownBy(() -> sender.connect(descriptor)).isInstanceOf(IllegalStateException.class);
        sender.submitNotification(first, message(1));
        sender.disconnect(first);

        Peer second = sender.connect(descriptor);
        sender.submitNotification(second, message(2));
        receiver.poll(receiverLog, 10);
        assertThat(receiverLog.lines).containsExactly("message 1", "message 2");
    }

    @Test
    void shouldRefuseItself() {
        byte[] own = sender.descriptor();

        assertThatThrownBy(() -> sender.connect(own))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }

    @Test
    void shouldRefuseAPeerOfAnotherTransport() {
        Peer toReceiver = sender.connect(receiver.descriptor());

        assertThatThrownBy(() -> receiver.submitNotification(toReceiver, message(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseARegionThatIsGone() {
        Region region = register(receiver, 2, receiver.hostRegions().allocate(MIB));
        byte[] descriptor = receiver.descriptor();
        receiver.deregister(region.id());
        blocks.forEach(HostRegion::close);

        assertThatThrownBy(() -> sender.connect(descriptor))
                .hasMessageContaining("region 2")
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }

    @Test
    void shouldLetGoOfAPeerThatBreaksTheMailbox() throws IOException {
        Peer toReceiver = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        Path mailbox =
                directoryOf("receiver").resolve("inbox-" + directoryOf("sender").getFileName());
        try (FileChannel file = FileChannel.open(mailbox, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), Mailbox.TAIL_OFFSET);
        }
        for (int i = 0; i < 10; i++) {
            receiver.poll(receiverLog, 10);
            sender.submitNotification(toReceiver, message(1));
        }

        assertThat(receiverLog.lines).containsExactly("lost PROTOCOL");
    }

    @Test
    void shouldRefusePollWithinPoll() {
        Peer toReceiver = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        sender.submitNotification(toReceiver, message(1));
        List<Throwable> thrown = new ArrayList<>();

        receiver.poll(
                new TransportEvents() {
                    @Override
                    public void notified(Peer from, ByteBuffer message) {
                        try {
                            receiver.poll(receiverLog, 1);
                        } catch (IllegalStateException e) {
                            thrown.add(e);
                        }
                    }

                    @Override
                    public void peerLost(Peer peer, KvTransferException cause) {
                        throw new AssertionError(cause);
                    }
                },
                10);
        assertThat(thrown).hasSize(1);
    }

    @Test
    void shouldAllowCloseFromWithinPoll() {
        Peer toReceiver = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        sender.submitNotification(toReceiver, message(1));
        sender.submitNotification(toReceiver, message(2));
        Log closing = new Log() {
            @Override
            public void notified(Peer from, ByteBuffer message) {
                super.notified(from, message);
                receiver.close();
            }
        };
        receiver.poll(closing, 10);

        assertThat(closing.lines).containsExactly("message 1");
    }

    @Test
    void shouldAllocateNothingInASteadyStream() {
        Counter counter = new Counter();
        Peer toReceiver = sender.connect(receiver.descriptor());
        receiver.connect(sender.descriptor());
        ByteBuffer message = ByteBuffer.allocate(1000);

        double idle = AllocatedBytes.perRepetition(100_000, () -> receiver.poll(counter, 10));
        double busy = AllocatedBytes.perRepetition(100_000, () -> {
            sender.submitNotification(toReceiver, message);
            sender.poll(counter, 10);
            receiver.poll(counter, 10);
        });

        assertThat(idle).isLessThan(0.1);
        assertThat(busy).isLessThan(0.1);
        assertThat(counter.count).isEqualTo(200_000);
    }

    @Test
    void shouldLeaveNothingBehind() throws IOException {
        Region region = register(receiver, 2, receiver.hostRegions().allocate(MIB));
        Peer toReceiver = sender.connect(receiver.descriptor());
        sender.reach(toReceiver, region.id());
        // A close in this order: the sender's mailbox is in the receiver's directory, which is still there.
        sender.close();
        assertThat(SharedFiles.namesIn(directoryOf("receiver"))).containsExactlyInAnyOrder("lock", "state", "region-0");
        receiver.close();

        try (var left = Files.walk(place)) {
            assertThat(left).hasSize(2);
        }
    }
}
