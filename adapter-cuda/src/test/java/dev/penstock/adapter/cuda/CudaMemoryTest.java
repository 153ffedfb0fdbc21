// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a GPU's memory does beyond the contract. */
@Tag("gpu")
class CudaMemoryTest {
    private static final int BLOCK_BYTES = 1 << 20;

    private final CudaMemory memory = Gpu.memory();

    @AfterEach
    void close() {
        memory.close();
    }

    private void run(CopyMode mode, SegmentList segments) {
        Count count = new Count();
        memory.submit(mode, segments, count);
        count.await(1);
    }

    @Test
    void shouldCopyAndDigestBetweenTheHostAndTheGpu() {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(1).nextBytes(bytes);
        Region host = memory.adopt(new PinnedRegion(true));
        Region back = memory.adopt(new PinnedRegion(true));
        Region gpu = memory.allocate(BLOCK_BYTES);
        memory.hostView(host.span()).put(bytes);

        SegmentList in = segment(host, gpu);
        SegmentList out = segment(gpu, back);
        run(CopyMode.COPY, in);
        run(CopyMode.COPY_AND_DIGEST, out);
        run(CopyMode.DIGEST, in);

        byte[] arrived = new byte[BLOCK_BYTES];
        memory.hostView(back.span()).get(arrived);
        assertThat(arrived).isEqualTo(bytes);
        assertThat(out.digest(0)).isEqualTo(in.digest(0)).isNotZero();
        assertThat(host.kind()).isEqualTo(MemoryKind.HOST);
        assertThat(gpu.kind()).isEqualTo(MemoryKind.CUDA);
    }

    @Test
    void shouldNotAdoptABlockWithoutAnAddress() {
        PinnedRegion block = new PinnedRegion(false);

        assertThatThrownBy(() -> memory.adopt(block)).isInstanceOf(UnsupportedOperationException.class);

        assertThat(block.closed).isFalse();
        block.close();
    }

    @Test
    void shouldKeepWhatTheGpuHasNoRoomFor() {
        int requests = 3 * CudaMemory.MOST_RUNNING;
        byte[] bytes = new byte[requests];
        new Random(2).nextBytes(bytes);
        Region from = memory.allocate(requests);
        Region to = memory.allocate(requests);
        memory.write(ByteBuffer.wrap(bytes), from.span());
        Count count = new Count();
        for (int i = 0; i < requests; i++) {
            SegmentList one = new SegmentList(1);
            one.add(from.id(), i, to.id(), requests - 1L - i, 1, 0);
            memory.submit(i % 2 == 0 ? CopyMode.COPY : CopyMode.COPY_AND_DIGEST, one, count);
        }

        count.await(requests);

        byte[] arrived = new byte[requests];
        memory.read(to.span(), ByteBuffer.wrap(arrived));
        for (int i = 0; i < requests; i++) {
            assertThat(arrived[requests - 1 - i]).isEqualTo(bytes[i]);
        }
    }

    @Test
    void shouldMakeRoomForManySegments() {
        int segments = 5000;
        byte[] bytes = new byte[segments * 16];
        new Random(3).nextBytes(bytes);
        Region from = memory.allocate(bytes.length);
        Region to = memory.allocate(bytes.length);
        memory.write(ByteBuffer.wrap(bytes), from.span());
        SegmentList reversed = new SegmentList(segments);
        SegmentList whole = segment(from, to);
        for (int i = 0; i < segments; i++) {
            reversed.add(from.id(), 16L * i, to.id(), 16L * (segments - 1 - i), 16, 16L * i);
        }

        run(CopyMode.COPY_AND_DIGEST, reversed);
        run(CopyMode.DIGEST, whole);

        long sum = 0;
        for (int i = 0; i < segments; i++) {
            sum += reversed.digest(i);
        }
        assertThat(sum).isEqualTo(whole.digest(0));
    }

    /** A table of 100 segments is the longest that is a parameter of the launch; lanes, and their sums, serve again. */
    @Test
    void shouldDigestWithTablesOfAnyLengthAgainAndAgain() {
        byte[] bytes = new byte[BLOCK_BYTES];
        Random random = new Random(4);
        random.nextBytes(bytes);
        Region from = memory.allocate(bytes.length);
        Region to = memory.allocate(bytes.length);
        memory.write(ByteBuffer.wrap(bytes), from.span());
        SegmentList whole = segment(from, to);
        run(CopyMode.DIGEST, whole);

        for (int request = 0; request < 200; request++) {
            int count = 99 + random.nextInt(3);
            SegmentList segments = new SegmentList(count);
            for (int i = 0; i < count; i++) {
                long at = (long) bytes.length / 16 * i / count * 16;
                long end = (long) bytes.length / 16 * (i + 1) / count * 16;
                segments.add(from.id(), at, to.id(), at, end - at, at);
            }

            run(request % 2 == 0 ? CopyMode.COPY_AND_DIGEST : CopyMode.DIGEST, segments);

            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += segments.digest(i);
            }
            assertThat(sum).as("request %d of %d segments", request, count).isEqualTo(whole.digest(0));
        }
    }

    private static SegmentList segment(Region from, Region to) {
        SegmentList segments = new SegmentList(1);
        segments.add(from.id(), 0, to.id(), 0, from.lengthBytes(), 0);
        return segments;
    }

    private final class Count implements Completion {
        private final List<KvTransferException> failures = new ArrayList<>();
        private int completed;

        @Override
        public void completed() {
            completed++;
        }

        @Override
        public void failed(KvTransferException failure) {
            failures.add(failure);
        }

        private void await(int requests) {
            while (completed < requests && failures.isEmpty()) {
                memory.poll(Integer.MAX_VALUE);
            }
            assertThat(failures).isEmpty();
        }
    }

    /** A block that the driver has locked before; another owner's lock is to be left alone. */
    private static final class PinnedRegion implements HostRegion {
        private final PinnedBlock block = new PinnedBlock(BLOCK_BYTES);
        private final boolean addressed;
        private boolean closed;

        private PinnedRegion(boolean addressed) {
            this.addressed = addressed;
        }

        @Override
        public long lengthBytes() {
            return BLOCK_BYTES;
        }

        @Override
        public long nativeAddress() {
            return addressed ? block.address().value() : NO_ADDRESS;
        }

        @Override
        public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
            return block.view()
                    .slice((int) offsetBytes, windowLengthBytes)
                    .order(block.view().order());
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                block.close();
            }
        }
    }
}
