// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PagedKvMover} must do. A subclass names the implementation. */
public abstract class PagedKvMoverContract {
    private static final int SCENES = 150;
    private static final long[] NO_DIGESTS = {};
    private static final PagedKvLayout SMALL = new PagedKvLayout(2, 2, 3, 4, 24);

    private MemoryHarness harness;
    private Memory memory;
    private PagedKvMover mover;

    /** For subclasses. */
    protected PagedKvMoverContract() {}

    /** A new memory; the contract closes it. */
    protected abstract Memory memory();

    /** A mover between regions of this memory. */
    protected abstract PagedKvMover mover(Memory memory);

    @BeforeEach
    void open() {
        memory = memory();
        harness = new MemoryHarness(memory);
        mover = mover(memory);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldGatherLikeTheReference() {
        inManyScenes((scene, random) -> {
            long[] digests = digests(scene, random);
            gather(scene.pieces(), digests);
            scene.expectGather();
            scene.verify();
            verifyDigests(scene, digests);
        });
    }

    @Test
    void shouldScatterLikeTheReference() {
        inManyScenes((scene, random) -> {
            long[] digests = digests(scene, random);
            scatter(scene.pieces(), digests);
            scene.expectScatter();
            scene.verify();
            verifyDigests(scene, digests);
        });
    }

    @Test
    void shouldPutBackWhatWasGatheredAndNothingElse() {
        inManyScenes((scene, random) -> {
            long[] gathered = new long[scene.pieces().size()];
            long[] scattered = new long[scene.pieces().size()];
            gather(scene.pieces(), gathered);
            scene.expectGather();

            scene.poisonCache();
            scatter(scene.pieces(), scattered);

            scene.expectScatter();
            scene.verify();
            assertThat(scattered).isEqualTo(gathered);
        });
    }

    private void inManyScenes(SceneTest test) {
        for (int i = 0; i < SCENES; i++) {
            Seeds.run(random -> {
                PagedScene scene = new PagedScene(harness, random);
                test.run(scene, random);
                scene.free();
            });
        }
    }

    @FunctionalInterface
    private interface SceneTest {
        void run(PagedScene scene, Random random);
    }

    private static long[] digests(PagedScene scene, Random random) {
        return random.nextBoolean() ? new long[scene.pieces().size()] : NO_DIGESTS;
    }

    private static void verifyDigests(PagedScene scene, long[] digests) {
        for (int i = 0; i < digests.length; i++) {
            PagedPiece piece = scene.pieces().get(i);
            assertThat(digests[i]).as("digest of " + piece).isEqualTo(scene.expectedDigest(piece));
        }
    }

    private void gather(List<PagedPiece> pieces, long[] digests) {
        Outcome outcome = harness.outcome();
        mover.submitGather(pieces, digests, outcome);
        harness.await(outcome);
    }

    private void scatter(List<PagedPiece> pieces, long[] digests) {
        Outcome outcome = harness.outcome();
        mover.submitScatter(pieces, digests, outcome);
        harness.await(outcome);
    }

    @Test
    void shouldGiveDigestsThatAddUpToTheObjects() {
        PagedKv cache = smallCache();
        int[] slots = {5, 0, -1, 11, 7};
        byte[] object = new byte[2 * 2 * 5 * 24];
        Region dense = memory.allocate(object.length);
        PagedPiece head = piece(cache, slots, 0, 6, dense.span().slice(0, 6 * 24));
        PagedPiece tail = piece(cache, slots, 6, 14, dense.span().slice(6 * 24, 14 * 24));
        long[] digests = new long[2];

        gather(List.of(tail, head), digests);

        assertThat(digests[0] + digests[1]).isEqualTo(NaiveDigest.of(harness.read(dense)));
    }

    @Test
    void shouldMoveMoreThanOnePollsWorth() {
        PagedKvLayout layout = new PagedKvLayout(1, 1, 3000, 1, 2048);
        byte[] rows = MemoryHarness.randomBytes(new Random(1), (int) layout.layerBytes());
        Region layer = harness.regionOf(rows);
        PagedKv cache = new PagedKv(layout, List.of(layer.span()));
        int[] reversed = new int[3000];
        Arrays.setAll(reversed, i -> 2999 - i);
        Region dense = memory.allocate(rows.length);
        PagedPiece piece =
                new PagedPiece(cache, 0, 1, ChunkLayout.LAYERS_FIRST, reversed, 0, 3000, 0, 3000, dense.span());

        gather(List.of(piece), new long[1]);
        harness.write(layer, 0, new byte[rows.length]);
        scatter(List.of(piece), NO_DIGESTS);

        assertThat(harness.read(layer)).isEqualTo(rows);
    }

    @Test
    void shouldDigestManyRowsThatAreNoWholeUnits() {
        PagedKvLayout layout = new PagedKvLayout(1, 1, 300, 1, 1000);
        byte[] rows = MemoryHarness.randomBytes(new Random(2), (int) layout.layerBytes());
        PagedKv cache = new PagedKv(layout, List.of(harness.regionOf(rows).span()));
        int[] inOrder = new int[300];
        Arrays.setAll(inOrder, i -> i);
        Region dense = memory.allocate(rows.length);
        PagedPiece piece = new PagedPiece(cache, 0, 1, ChunkLayout.LAYERS_FIRST, inOrder, 0, 300, 0, 300, dense.span());
        long[] gathered = new long[1];
        long[] scattered = new long[1];

        gather(List.of(piece), gathered);
        scatter(List.of(piece), scattered);

        assertThat(gathered).containsExactly(NaiveDigest.of(rows));
        assertThat(scattered).isEqualTo(gathered);
    }

    @Test
    void shouldCompleteWhatHasNoRows() {
        PagedKv cache = smallCache();
        Span nowhere = memory.allocate(8).span().slice(8, 0);
        long[] digests = {77};

        gather(List.of(), NO_DIGESTS);
        scatter(List.of(), NO_DIGESTS);
        gather(List.of(piece(cache, new int[] {1, 2}, 8, 0, nowhere)), digests);

        assertThat(digests).containsExactly(0);
    }

    @Test
    void shouldBeginNothingIfAPlaceIsNotInTheCache() {
        PagedKv cache = smallCache();
        Region dense = harness.regionOf(new byte[1000]);
        PagedPiece good = piece(cache, new int[] {1}, 0, 4, dense.span().slice(0, 4 * 24));
        for (int slot : new int[] {-2, SMALL.tokenSlots(), Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            PagedPiece bad =
                    piece(cache, new int[] {0, slot, 2}, 0, 12, dense.span().slice(200, 12 * 24));
            shouldReject(List.of(good, bad), NO_DIGESTS);
        }
        PagedPiece unusedEntries = new PagedPiece(
                cache,
                0,
                1,
                ChunkLayout.LAYERS_FIRST,
                new int[] {99, 3, 99},
                1,
                1,
                0,
                1,
                dense.span().slice(0, 24));
        gather(List.of(unusedEntries), NO_DIGESTS);
    }

    @Test
    void shouldBeginNothingIfASpanDoesNotFit() {
        PagedKv cache = smallCache();
        int[] slots = {0};
        Region dense = harness.regionOf(new byte[1000]);
        PagedPiece good = piece(cache, slots, 0, 4, dense.span().slice(0, 4 * 24));
        Span behind = new Span(dense.id(), 1000 - 4 * 24 + 1, 4 * 24);
        Span unknown = new Span(new RegionId(Integer.MAX_VALUE), 0, 4 * 24);
        shouldReject(List.of(good, piece(cache, slots, 0, 4, behind)), NO_DIGESTS);
        shouldReject(List.of(good, piece(cache, slots, 0, 4, unknown)), NO_DIGESTS);

        Region shortLayer = memory.allocate(SMALL.layerBytes() - 1);
        Span cut = new Span(shortLayer.id(), 0, SMALL.layerBytes());
        PagedKv broken = new PagedKv(SMALL, List.of(cache.layers().get(0), cut));
        shouldReject(List.of(good, piece(broken, slots, 0, 4, good.dense())), NO_DIGESTS);

        Span inTheCache = cache.layers().get(1).slice(24, 4 * 24);
        shouldReject(List.of(good, piece(cache, slots, 0, 4, inTheCache)), NO_DIGESTS);
    }

    @Test
    void shouldBeginNothingIfTheDigestsDoNotFit() {
        PagedKv cache = smallCache();
        int[] slots = {0};
        Region dense = harness.regionOf(new byte[1000]);
        PagedPiece good = piece(cache, slots, 0, 2, dense.span().slice(0, 2 * 24));
        PagedPiece oddRow = piece(cache, slots, 1, 1, dense.span().slice(2 * 24, 24));
        shouldReject(List.of(good, good), new long[1]);
        shouldReject(List.of(good), new long[2]);
        shouldReject(List.of(good, oddRow), new long[2]);

        gather(List.of(good, oddRow), NO_DIGESTS);
    }

    private void shouldReject(List<PagedPiece> pieces, long[] digests) {
        Outcome outcome = harness.outcome();
        assertThatIllegalArgumentException().isThrownBy(() -> mover.submitGather(pieces, digests, outcome));
        assertThatIllegalArgumentException().isThrownBy(() -> mover.submitScatter(pieces, digests, outcome));
        assertThat(harness.poll(Integer.MAX_VALUE))
                .as("work of a rejected request")
                .isZero();
        assertThat(outcome.ended()).isFalse();
        RegionId dense = pieces.get(0).dense().region();
        assertThat(harness.read(memory.region(dense))).containsOnly(0);
    }

    @Test
    void shouldKeepRegionsWhileARequestUsesThem() {
        PagedKv cache = smallCache();
        Region dense = memory.allocate(4 * 24);
        Outcome gathered = harness.outcome();
        Outcome scattered = harness.outcome();
        List<PagedPiece> pieces = List.of(piece(cache, new int[] {3}, 0, 4, dense.span()));
        mover.submitGather(pieces, NO_DIGESTS, gathered);
        mover.submitScatter(pieces, NO_DIGESTS, scattered);

        assertThatIllegalStateException().isThrownBy(() -> memory.free(dense.id()));
        for (Span layer : cache.layers()) {
            assertThatIllegalStateException().isThrownBy(() -> memory.free(layer.region()));
        }
        harness.await(gathered);
        harness.await(scattered);

        memory.free(dense.id());
        cache.layers().forEach(layer -> memory.free(layer.region()));
    }

    @Test
    void shouldEndWithItsMemory() {
        PagedKv cache = smallCache();
        Region dense = memory.allocate(4 * 24);
        List<PagedPiece> pieces = List.of(piece(cache, new int[] {3}, 0, 4, dense.span()));
        Outcome outcome = harness.outcome();
        mover.submitGather(pieces, NO_DIGESTS, outcome);

        harness.close();

        assertThat(outcome.ended()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> mover.submitGather(pieces, NO_DIGESTS, harness.outcome()));
        assertThatIllegalStateException().isThrownBy(() -> mover.submitScatter(pieces, NO_DIGESTS, harness.outcome()));
    }

    @Test
    void shouldAllocateNothingInASteadyStream() {
        PagedKv cache = smallCache();
        Region dense = memory.allocate(20 * 24);
        List<PagedPiece> pieces = List.of(piece(cache, new int[] {5, 0, -1, 11, 7}, 0, 20, dense.span()));
        long[] digests = new long[1];
        Turn turn = new Turn();

        double perRequest = AllocatedBytes.perRepetition(3000, () -> {
            mover.submitGather(pieces, digests, turn.next());
            turn.await(memory);
            mover.submitScatter(pieces, digests, turn.next());
            turn.await(memory);
        });

        assertThat(perRequest).as("bytes on the heap for each pair of requests").isLessThan(8);
    }

    private PagedKv smallCache() {
        Random random = new Random(9);
        Region first = harness.regionOf(MemoryHarness.randomBytes(random, (int) SMALL.layerBytes()));
        Region second = harness.regionOf(MemoryHarness.randomBytes(random, (int) SMALL.layerBytes()));
        return new PagedKv(SMALL, List.of(first.span(), second.span()));
    }

    /** A run of rows of an object of all layers and all these tokens. */
    private static PagedPiece piece(PagedKv cache, int[] slots, int firstRow, int rows, Span dense) {
        return new PagedPiece(cache, 0, 2, ChunkLayout.LAYERS_FIRST, slots, 0, slots.length, firstRow, rows, dense);
    }
}
