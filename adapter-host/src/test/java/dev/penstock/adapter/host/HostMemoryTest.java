// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.ports.FailureKind;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostMemoryTest {
    private final HostMemory memory = new HostMemory(new DirectRegions());
    private final List<String> ends = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void shouldCarryOutRequestsInTheOrderOfSubmission() {
        Region from = memory.allocate(3 << 20);
        Region to = memory.allocate(3 << 20);
        memory.submit(CopyMode.COPY, segment(from, to, 3 << 20), note("large"));
        memory.submit(CopyMode.COPY, new SegmentList(1), note("empty"));
        memory.submit(CopyMode.DIGEST, segment(from, to, 1), note("small"));

        while (memory.poll(1) > 0) {}

        assertThat(ends).containsExactly("large", "empty", "small");
    }

    @Test
    void shouldDoABoundedAmountOfWorkInOnePoll() {
        int length = 5 * HostMemory.POLL_BYTES;
        Region from = memory.allocate(length);
        Region to = memory.allocate(length);
        memory.submit(CopyMode.COPY, segment(from, to, length), note("long"));

        for (int polls = 1; polls < 5; polls++) {
            memory.poll(Integer.MAX_VALUE);
            assertThat(ends).as("after " + polls + " polls").isEmpty();
        }
        memory.poll(Integer.MAX_VALUE);
        assertThat(ends).containsExactly("long");
    }

    @Test
    void shouldBoundThePollOfManyTinySegments() {
        Region from = memory.allocate(1);
        Region to = memory.allocate(1);
        SegmentList tiny = new SegmentList(100_000);
        while (!tiny.isFull()) {
            tiny.add(from.id(), 0, to.id(), 0, 1, 0);
        }
        memory.submit(CopyMode.COPY, tiny, note("tiny"));

        assertThat(memory.poll(Integer.MAX_VALUE)).isLessThan(10_000);
        assertThat(ends).isEmpty();
    }

    @Test
    void shouldFailARequestThatCannotBeCarriedOutAndGoOn() {
        Region readOnly = memory.adopt(new Block(ByteBuffer.allocate(10).asReadOnlyBuffer()));
        Region other = memory.allocate(10);
        memory.submit(CopyMode.COPY, segment(other, readOnly, 10), note("copy to"));
        memory.submit(CopyMode.COPY_AND_DIGEST, segment(other, readOnly, 10), note("copy and digest to"));
        memory.submit(CopyMode.COPY, segment(readOnly, other, 10), note("copy from"));

        while (memory.poll(1) > 0) {}

        assertThat(ends).containsExactly("copy to: NATIVE", "copy and digest to: NATIVE", "copy from");
    }

    private record Block(ByteBuffer bytes, Runnable onClose) implements HostRegion {
        Block(ByteBuffer bytes) {
            this(bytes, () -> {});
        }

        @Override
        public long lengthBytes() {
            return bytes.capacity();
        }

        @Override
        public long nativeAddress() {
            return NO_ADDRESS;
        }

        @Override
        public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
            return bytes.slice((int) offsetBytes, windowLengthBytes);
        }

        @Override
        public void close() {
            onClose.run();
        }
    }

    @Test
    void shouldCloseAllRegionsEvenIfOneFails() {
        List<Integer> closed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            memory.adopt(new Block(ByteBuffer.allocate(10), () -> {
                closed.add(number);
                throw new IllegalStateException("block " + number);
            }));
        }

        assertThatIllegalStateException()
                .isThrownBy(memory::close)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
        assertThat(closed).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void shouldFailRequestsThatAreUnderWayAtClose() {
        Region from = memory.allocate(10);
        Region to = memory.allocate(10);
        memory.submit(CopyMode.COPY, segment(from, to, 10), note("late"));

        memory.close();

        assertThat(ends).containsExactly("late: " + FailureKind.CLOSED);
    }

    @Test
    void shouldGiveHostRegionsWithTheirBlocks() {
        Region region = memory.allocate(10);

        assertThat(memory.kind()).isEqualTo(MemoryKind.HOST);
        assertThat(region.host()).isNotNull();
        assertThat(region.nativeAddress()).isEqualTo(HostRegion.NO_ADDRESS);
    }

    private Completion note(String name) {
        return new Completion() {
            @Override
            public void completed() {
                ends.add(name);
            }

            @Override
            public void failed(KvTransferException failure) {
                ends.add(name + ": " + failure.kind());
            }
        };
    }

    private static SegmentList segment(Region from, Region to, long lengthBytes) {
        SegmentList segments = new SegmentList(1);
        segments.add(from.id(), 0, to.id(), 0, lengthBytes, 0);
        return segments;
    }
}
