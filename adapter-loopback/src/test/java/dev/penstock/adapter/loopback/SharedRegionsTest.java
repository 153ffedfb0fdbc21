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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedRegionsTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path place;

    @Test
    void shouldNameWhatWasAskedAndWhatIsFree() {
        SharedRegions regions = new SharedRegions(place);

        assertThatThrownBy(() -> regions.allocate(1L << 60))
                .hasMessageContaining("1,152,921,504,606,846,976 bytes asked")
                .hasMessageContaining("free in " + place)
                .hasMessageContaining("--shm-size")
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CAPACITY));
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void shouldLeaveNothingBehindWhenItFails() {
        SharedRegions regions = new SharedRegions(place.resolve("missing"));

        assertThatThrownBy(() -> regions.allocate(1)).isInstanceOf(KvTransferException.class);
    }

    @Test
    void shouldDeleteTheFileOfAClosedRegion() {
        SharedRegions regions = new SharedRegions(place);
        HostRegion region = regions.allocate(10_000);
        assertThat(place.resolve("region-0")).hasSize(10_000);

        region.close();
        assertThat(place).isEmptyDirectory();
    }

    /** Sparse, so that the test needs little memory: what matters here is the addressing. */
    @Test
    void shouldGiveEachWindowOfABlockOfMoreThanTwoGib() throws Exception {
        long length = 3 * GIB + 4097;
        Path path = place.resolve("sparse");
        try (var channel = Files.newByteChannel(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.position(length - 1).write(ByteBuffer.allocate(1));
        }
        HostRegion region = new SharedRegion(MappedFile.open(path, length), closed -> {});
        try {
            long[] offsets = {
                0,
                5,
                GIB / 2 - 1,
                GIB / 2,
                GIB - 1,
                GIB,
                3 * GIB / 2 - 4,
                2 * GIB - 8,
                2 * GIB - 1,
                2 * GIB,
                2 * GIB + 4097,
                length - 8
            };
            for (long offset : offsets) {
                region.window(offset, 8).putLong(0, offset * 31 + 7);
                assertThat(region.window(offset, 8).getLong(0)).isEqualTo(offset * 31 + 7);
                int longest = (int) Math.min(HostRegion.MAX_WINDOW_BYTES, length - offset);
                assertThat(region.window(offset, longest).getLong(0)).isEqualTo(offset * 31 + 7);
                long before = Math.max(0, offset + 8 - HostRegion.MAX_WINDOW_BYTES);
                int toEnd = (int) (offset + 8 - before);
                assertThat(region.window(before, toEnd).getLong(toEnd - 8)).isEqualTo(offset * 31 + 7);
            }
            assertThatThrownBy(() -> region.window(0, HostRegion.MAX_WINDOW_BYTES + 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> region.window(length - 7, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        } finally {
            region.close();
        }
    }

    @Test
    void shouldWriteToARegionOfMoreThanTwoGib() {
        long length = 2 * GIB + 200_000_000;
        int step = 4096;
        LoopbackTransportProvider provider = new LoopbackTransportProvider();
        try (KvTransport sender = provider.open(new TransportConfig("large-sender"));
                KvTransport receiver = provider.open(new TransportConfig("large-receiver"));
                HostRegion small = sender.hostRegions().allocate(step);
                HostRegion large = receiver.hostRegions().allocate(length)) {
            assertThat(large.lengthBytes()).isEqualTo(length);
            sender.register(region(1, small));
            receiver.register(region(2, large));
            Peer peer = sender.connect(receiver.descriptor());
            long[] offsets = {0, GIB - 100, 2 * GIB - 100, 2 * GIB, length - step};
            for (long offset : offsets) {
                small.window(0, step).putLong(0, offset + 1).putLong(step - 8, offset + 2);
                SegmentList segments = new SegmentList(1);
                segments.add(new RegionId(1), 0, new RegionId(2), offset, step, 0);
                Outcome outcome = new Outcome();
                sender.submitWrite(peer, segments, ByteBuffer.allocate(1), outcome);
                while (!outcome.completed) {
                    assertThat(sender.poll(outcome, 10)).isPositive();
                }
                assertThat(large.window(offset, step).getLong(0)).isEqualTo(offset + 1);
                assertThat(large.window(offset, step).getLong(step - 8)).isEqualTo(offset + 2);
            }
        }
    }

    private static Region region(int id, HostRegion block) {
        return new Region(new RegionId(id), MemoryKind.HOST, 0, block.nativeAddress(), block.lengthBytes(), block);
    }

    private static final class Outcome implements Completion, TransportEvents {
        boolean completed;

        @Override
        public void completed() {
            completed = true;
        }

        @Override
        public void failed(KvTransferException failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void notified(Peer from, ByteBuffer message) {
            throw new AssertionError("a message from " + from.name());
        }

        @Override
        public void peerLost(Peer peer, KvTransferException cause) {
            throw new AssertionError(cause);
        }
    }
}
