// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static dev.penstock.transport.testkit.memory.MemoryHarness.randomBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.ports.Digest;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Memory} must do. A subclass names the implementation. */
public abstract class MemoryContract {
    private static final int SHAPES = 60;
    private static final long TWO_GIB = 1L << 31;
    private static final RegionId UNKNOWN = new RegionId(Integer.MAX_VALUE);

    private MemoryHarness harness;
    private Memory memory;

    /** For subclasses. */
    protected MemoryContract() {}

    /** A new memory; the contract closes it. */
    protected abstract Memory memory();

    @BeforeEach
    void open() {
        memory = memory();
        harness = new MemoryHarness(memory);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldCopyAndDigestSegmentsOfAnyShape() {
        for (int i = 0; i < SHAPES; i++) {
            Seeds.run(this::copyRandomSegments);
        }
    }

    private void copyRandomSegments(Random random) {
        byte[] source = randomBytes(random, 1 + random.nextInt(300_000));
        byte[] expected = randomBytes(random, 1 + random.nextInt(300_000));
        Region from = harness.regionOf(source);
        Region to = harness.regionOf(expected);
        CopyMode mode = List.of(CopyMode.values()).get(random.nextInt(3));
        SegmentList segments = new SegmentList(20);
        List<Long> digests = new ArrayList<>();
        int free = 0;
        for (int i = random.nextInt(20); i > 0; i--) {
            int length = length(random, Math.min(source.length, expected.length - free));
            int fromOffset = random.nextInt(source.length - length + 1);
            int toOffset = free + random.nextInt(Math.min(50, expected.length - free - length + 1));
            long objectOffset = (random.nextLong() >>> 20) / Digest.UNIT_BYTES * Digest.UNIT_BYTES;
            segments.add(from.id(), fromOffset, to.id(), toOffset, length, objectOffset);
            byte[] piece = Arrays.copyOfRange(source, fromOffset, fromOffset + length);
            digests.add(NaiveDigest.of(piece, objectOffset));
            if (mode.copies()) {
                System.arraycopy(piece, 0, expected, toOffset, length);
            }
            free = toOffset + length;
        }

        harness.run(mode, segments);

        assertThat(harness.read(to)).isEqualTo(expected);
        assertThat(harness.read(from)).isEqualTo(source);
        for (int i = 0; i < segments.size() && mode.digests(); i++) {
            assertThat(segments.digest(i)).as("digest of segment " + i).isEqualTo(digests.get(i));
        }
        memory.free(from.id());
        memory.free(to.id());
    }

    /** Short ones as often as long ones, so that every tail is met. */
    private static int length(Random random, int most) {
        return random.nextInt(1 + (random.nextBoolean() ? Math.min(most, 70) : most));
    }

    @Test
    void shouldGiveDigestsThatAddUpInAnyOrder() {
        for (int i = 0; i < SHAPES; i++) {
            Seeds.run(this::digestPieces);
        }
    }

    private void digestPieces(Random random) {
        byte[] object = randomBytes(random, 1 + random.nextInt(20_000));
        Region region = harness.regionOf(object);
        List<Integer> cuts = new ArrayList<>();
        for (int cut = 0; cut < object.length; cut += Digest.UNIT_BYTES * (1 + random.nextInt(80))) {
            cuts.add(cut);
        }
        List<Integer> order = new ArrayList<>(cuts);
        Collections.shuffle(order, random);
        SegmentList pieces = new SegmentList(cuts.size());
        for (int from : order) {
            int next = cuts.indexOf(from) + 1;
            int end = next < cuts.size() ? cuts.get(next) : object.length;
            // The destination of a mere digest is ignored, even a region that isn't there.
            pieces.add(region.id(), from, UNKNOWN, 0, end - from, from);
        }

        harness.run(CopyMode.DIGEST, pieces);

        long sum = 0;
        for (int i = 0; i < pieces.size(); i++) {
            sum += pieces.digest(i);
        }
        assertThat(sum).isEqualTo(NaiveDigest.of(object));
        memory.free(region.id());
    }

    @Test
    void shouldCopyWithinARegionUpToTheVeryEdge() {
        byte[] bytes = randomBytes(new Random(1), 200_000);
        Region region = harness.regionOf(bytes);

        harness.run(CopyMode.COPY, one(region, 0, region, 100_000, 100_000));
        assertThat(harness.read(region, 100_000, 100_000)).isEqualTo(Arrays.copyOf(bytes, 100_000));

        harness.run(CopyMode.COPY, one(region, 150_001, region, 100_002, 49_999));
        assertThat(harness.read(region, 100_002, 49_999)).isEqualTo(Arrays.copyOfRange(bytes, 50_001, 100_000));
    }

    @Test
    void shouldRejectASegmentThatOverlapsItself() {
        byte[] bytes = randomBytes(new Random(2), 1000);
        Region region = harness.regionOf(bytes);

        for (CopyMode mode : List.of(CopyMode.COPY, CopyMode.COPY_AND_DIGEST)) {
            shouldReject(mode, one(region, 0, region, 499, 500));
            shouldReject(mode, one(region, 499, region, 0, 500));
            shouldReject(mode, one(region, 7, region, 7, 1));
        }

        assertThat(harness.read(region)).isEqualTo(bytes);
        harness.run(CopyMode.COPY, one(region, 7, region, 7, 0));
        harness.run(CopyMode.DIGEST, one(region, 0, region, 1, 500));
    }

    @Test
    void shouldBeginNothingIfASegmentIsOutOfBounds() {
        byte[] bytes = randomBytes(new Random(3), 1000);
        Region from = harness.regionOf(bytes);
        Region to = harness.regionOf(new byte[1000]);
        long huge = Long.MAX_VALUE;
        for (CopyMode mode : List.of(CopyMode.COPY, CopyMode.COPY_AND_DIGEST)) {
            shouldReject(mode, afterAGoodOne(from, to, to.id(), 0, 1001));
            shouldReject(mode, afterAGoodOne(from, to, to.id(), 1, 1000));
            shouldReject(mode, afterAGoodOne(from, to, to.id(), 1001, 0));
            shouldReject(mode, afterAGoodOne(from, to, to.id(), huge, 1));
            shouldReject(mode, afterAGoodOne(from, to, to.id(), huge, huge));
            shouldReject(mode, afterAGoodOne(from, to, UNKNOWN, 0, 1));
        }
        for (CopyMode mode : CopyMode.values()) {
            shouldReject(mode, one(from.id(), 1, to.id(), 0, 1000));
            shouldReject(mode, one(from.id(), huge, to.id(), 0, huge));
            shouldReject(mode, one(from.id(), 1, to.id(), 1, huge));
            shouldReject(mode, one(UNKNOWN, 0, to.id(), 0, 1));
        }

        assertThat(harness.read(to)).containsOnly(0);
    }

    private static SegmentList afterAGoodOne(Region from, Region to, RegionId badTo, long badOffset, long badLength) {
        SegmentList segments = new SegmentList(2);
        segments.add(from.id(), 0, to.id(), 0, 10, 0);
        segments.add(from.id(), 0, badTo, badOffset, badLength, 0);
        return segments;
    }

    private void shouldReject(CopyMode mode, SegmentList segments) {
        Outcome outcome = harness.outcome();
        assertThatIllegalArgumentException().isThrownBy(() -> memory.submit(mode, segments, outcome));
        assertThat(harness.poll(Integer.MAX_VALUE))
                .as("work of a rejected request")
                .isZero();
        assertThat(outcome.ended()).isFalse();
    }

    @Test
    void shouldCompleteWhatHasNothingToMove() {
        Region region = memory.allocate(10);
        for (CopyMode mode : CopyMode.values()) {
            harness.run(mode, new SegmentList(1));

            SegmentList empty = one(region, 10, region, 10, 0);
            harness.run(mode, empty);
            assertThat(empty.digest(0)).isZero();
        }
    }

    @Test
    void shouldCallCompletionsOnlyFromPollAndOnce() {
        Region from = memory.allocate(100_000);
        Region to = memory.allocate(100_000);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            outcomes.add(harness.submit(CopyMode.COPY, one(from, i, to, 1000L * i, 1000)));
        }

        for (Outcome outcome : outcomes) {
            harness.await(outcome);
        }

        assertThat(harness.poll(Integer.MAX_VALUE))
                .as("work after the last completion")
                .isZero();
    }

    @Test
    void shouldReportNoMoreCompletionsThanTheLimit() {
        Region from = memory.allocate(100);
        Region to = memory.allocate(100);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            outcomes.add(harness.submit(CopyMode.COPY, one(from, i, to, i, 1)));
        }

        long ended = 0;
        while (ended < outcomes.size()) {
            harness.poll(3);
            long now = outcomes.stream().filter(Outcome::ended).count();
            assertThat(now - ended).isBetween(0L, 3L);
            ended = now;
        }
    }

    @Test
    void shouldTakeNewRequestsAndFreeRegionsInACompletion() {
        Region from = harness.regionOf(new byte[] {1, 2, 3});
        Region between = harness.regionOf(new byte[3]);
        Region to = harness.regionOf(new byte[3]);
        Outcome second = harness.outcome();
        Outcome first = harness.outcome(() -> {
            memory.submit(CopyMode.COPY, one(between, 0, to, 0, 3), second);
            memory.free(from.id());
        });
        memory.submit(CopyMode.COPY, one(from, 0, between, 0, 3), first);

        harness.await(first);
        harness.await(second);

        assertThat(harness.read(to)).containsExactly(1, 2, 3);
        assertThatIllegalArgumentException().isThrownBy(() -> memory.region(from.id()));
    }

    @Test
    void shouldNotFreeARegionThatARequestUses() {
        byte[] bytes = randomBytes(new Random(4), 5 << 20);
        Region from = harness.regionOf(bytes);
        Region to = memory.allocate(bytes.length);
        Outcome outcome = harness.submit(CopyMode.COPY, one(from, 0, to, 0, bytes.length));

        assertThatIllegalStateException().isThrownBy(() -> memory.free(from.id()));
        assertThatIllegalStateException().isThrownBy(() -> memory.free(to.id()));
        harness.await(outcome);

        assertThat(harness.read(to)).isEqualTo(bytes);
        memory.free(from.id());
        memory.free(to.id());
    }

    @Test
    void shouldForgetAFreedRegionAndNeverReuseItsName() {
        Region region = memory.allocate(10);
        assertThat(memory.region(region.id())).isEqualTo(region);
        assertThat(region.lengthBytes()).isEqualTo(10);
        assertThat(region.kind()).isEqualTo(memory.kind());

        memory.free(region.id());
        memory.free(region.id());
        memory.free(UNKNOWN);

        assertThatIllegalArgumentException().isThrownBy(() -> memory.region(region.id()));
        assertThatIllegalArgumentException().isThrownBy(() -> harness.read(region));
        assertThat(memory.allocate(10).id()).isNotEqualTo(region.id());
    }

    @Test
    void shouldRefuseRegionsThatDoNotFitOrAreEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> memory.allocate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> memory.allocate(-1));

        KvTransferException full =
                catchThrowableOfType(KvTransferException.class, () -> memory.allocate(Long.MAX_VALUE / 4));

        assertThat(full.kind()).isEqualTo(FailureKind.CAPACITY);
        assertThat(full).hasMessageContaining(Long.toString(Long.MAX_VALUE / 4));
        assertThat(memory.availableBytes()).isPositive();
    }

    @Test
    void shouldReadAndWriteWholeBuffers() {
        byte[] bytes = randomBytes(new Random(5), 1000);
        Region region = harness.regionOf(new byte[1000]);
        Span middle = region.span().slice(10, 100);

        ByteBuffer out = ByteBuffer.wrap(bytes).position(50).limit(150);
        memory.write(out, middle);
        assertThat(out.hasRemaining()).isFalse();
        assertThat(out.limit()).isEqualTo(150);

        ByteBuffer in = ByteBuffer.allocateDirect(300).position(200);
        memory.read(middle, in);
        assertThat(in.hasRemaining()).isFalse();
        assertThat(in.slice(200, 100)).isEqualTo(ByteBuffer.wrap(bytes, 50, 100));
        assertThat(harness.read(region, 0, 10)).containsOnly(0);
        assertThat(harness.read(region, 110, 890)).containsOnly(0);

        assertThatIllegalArgumentException().isThrownBy(() -> memory.read(middle, ByteBuffer.allocate(99)));
        assertThatIllegalArgumentException().isThrownBy(() -> memory.write(ByteBuffer.allocate(101), middle));
        Span outside = new Span(region.id(), 950, 100);
        assertThatIllegalArgumentException().isThrownBy(() -> memory.read(outside, ByteBuffer.allocate(100)));
        assertThatIllegalArgumentException().isThrownBy(() -> memory.write(ByteBuffer.allocate(100), outside));
    }

    @Test
    void shouldShowHostMemoryAsLittleEndianViews() {
        Region region = harness.regionOf(new byte[100]);
        if (!memory.kind().hostAddressable()) {
            assertThatThrownBy(() -> memory.hostView(region.span())).isInstanceOf(UnsupportedOperationException.class);
            return;
        }

        ByteBuffer view = memory.hostView(region.span().slice(3, 20));
        view.putInt(4, 0x04030201);

        assertThat(view.position()).isZero();
        assertThat(view.capacity()).isEqualTo(20);
        assertThat(harness.read(region, 7, 5)).containsExactly(1, 2, 3, 4, 0);
        assertThat(memory.hostView(region.span().slice(100, 0)).capacity()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> memory.hostView(new Span(region.id(), 90, 11)));
        assertThatIllegalArgumentException().isThrownBy(() -> memory.hostView(new Span(UNKNOWN, 0, 1)));
    }

    @Test
    void shouldOwnWhatItAdopts() {
        assumeTrue(memory.kind().hostAddressable(), "only memory of the host must adopt blocks");
        byte[] bytes = {1, 2, 3, 4};
        HeapBlock block = new HeapBlock(bytes);

        Region region = memory.adopt(block);
        Region other = harness.regionOf(new byte[] {9, 9});
        harness.run(CopyMode.COPY, one(other, 0, region, 1, 2));

        assertThat(bytes).containsExactly(1, 9, 9, 4);
        assertThat(region.id()).isNotEqualTo(other.id());
        memory.free(region.id());
        assertThat(block.closed()).isTrue();
    }

    @Test
    void shouldReachEveryByteBeyondTwoGib() {
        Region large = memory.allocate(TWO_GIB + (200 << 20));
        byte[] bytes = randomBytes(new Random(6), 3 << 20);
        long digest = NaiveDigest.of(bytes);
        Region small = harness.regionOf(bytes);
        List<Long> places = List.of(
                0L,
                (TWO_GIB >> 2) - 999_999,
                (TWO_GIB >> 1) - 1_500_001,
                TWO_GIB - bytes.length,
                TWO_GIB - 17,
                large.lengthBytes() - bytes.length);

        for (long place : places) {
            Region back = harness.regionOf(new byte[bytes.length]);
            harness.run(CopyMode.COPY, one(small, 0, large, place, bytes.length));
            assertThat(harness.read(large, place, bytes.length))
                    .as("at " + place)
                    .isEqualTo(bytes);

            SegmentList copy = one(large, place, back, 0, bytes.length);
            harness.run(CopyMode.COPY_AND_DIGEST, copy);
            assertThat(harness.read(back)).as("from " + place).isEqualTo(bytes);
            assertThat(copy.digest(0)).isEqualTo(digest);
            memory.free(back.id());
        }
        if (memory.kind().hostAddressable()) {
            Span longest = large.span().slice(TWO_GIB / 2 + 5, HostRegion.MAX_WINDOW_BYTES);
            ByteBuffer view = memory.hostView(longest);
            view.put(view.capacity() - 1, (byte) 77);
            assertThat(harness.read(large, longest.endBytes() - 1, 1)).containsExactly(77);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> memory.hostView(large.span().slice(0, HostRegion.MAX_WINDOW_BYTES + 1L)));
        }
    }

    @Test
    void shouldEndRequestsAndForgetRegionsOnClose() {
        Region from = memory.allocate(8 << 20);
        Region to = memory.allocate(8 << 20);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            outcomes.add(harness.submit(CopyMode.COPY, one(from, 0, to, 0, from.lengthBytes())));
        }
        harness.poll(1);

        harness.close();
        harness.close();

        for (Outcome outcome : outcomes) {
            assertThat(outcome.ended()).isTrue();
            KvTransferException failure = outcome.failure();
            if (failure != null) {
                assertThat(failure.kind()).isEqualTo(FailureKind.CLOSED);
            }
        }
        assertThat(harness.poll(Integer.MAX_VALUE)).isZero();
        memory.free(from.id());
        assertThatIllegalArgumentException().isThrownBy(() -> memory.region(from.id()));
        assertThatIllegalStateException().isThrownBy(() -> memory.allocate(10));
        assertThatIllegalStateException().isThrownBy(() -> memory.adopt(new HeapBlock(new byte[10])));
        assertThatIllegalStateException()
                .isThrownBy(() -> memory.submit(CopyMode.COPY, new SegmentList(1), harness.outcome()));
    }

    @Test
    void shouldAllocateNothingInASteadyStream() {
        Region from = memory.allocate(100_000);
        Region to = memory.allocate(100_000);
        SegmentList segments = new SegmentList(10);
        Turn turn = new Turn();

        double perRequest = AllocatedBytes.perRepetition(3000, () -> {
            segments.clear();
            for (int i = 0; i < 10; i++) {
                segments.add(from.id(), i, to.id(), 10_000L * i, 5_000, 0);
            }
            memory.submit(CopyMode.COPY_AND_DIGEST, segments, turn.next());
            turn.await(memory);
        });

        assertThat(perRequest).as("bytes on the heap for each request").isLessThan(8);
    }

    private static SegmentList one(Region from, long fromOffset, Region to, long toOffset, long length) {
        return one(from.id(), fromOffset, to.id(), toOffset, length);
    }

    private static SegmentList one(RegionId from, long fromOffset, RegionId to, long toOffset, long length) {
        SegmentList segments = new SegmentList(1);
        segments.add(from, fromOffset, to, toOffset, length, 0);
        return segments;
    }
}
