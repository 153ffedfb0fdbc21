// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.RoleContext;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A paged cache of one process, in which sequences have slots in a shuffled order. */
final class PagedCache {
    private static final int BATCH_ROWS = 16 << 10;

    private final RoleContext context;
    private final PagedKv kv;
    private final RegionId region;
    private final int[] shuffled;
    private final int sequenceTokens;
    private final long[] offsets = new long[BATCH_ROWS];
    private final long[] seeds = new long[BATCH_ROWS];

    private PagedCache(RoleContext context, PagedKv kv, int[] shuffled, int sequenceTokens) {
        this.context = context;
        this.kv = kv;
        // All layers are in one.
        this.region = kv.layers().get(0).region();
        this.shuffled = shuffled;
        this.sequenceTokens = sequenceTokens;
    }

    /**
     * Takes the memory.
     *
     * @param sequenceTokens tokens of each sequence
     * @param seed decides the order of the slots
     */
    static PagedCache allocate(RoleContext context, PagedKvLayout layout, int sequenceTokens, long seed) {
        Region region = context.allocate("the paged cache", layout.layers() * layout.layerBytes());
        List<Span> layers = new ArrayList<>(layout.layers());
        for (int layer = 0; layer < layout.layers(); layer++) {
            layers.add(region.span().slice(layer * layout.layerBytes(), layout.layerBytes()));
        }
        return new PagedCache(context, new PagedKv(layout, layers), shuffle(layout.tokenSlots(), seed), sequenceTokens);
    }

    private static int[] shuffle(int count, long seed) {
        int[] slots = new int[count];
        Arrays.setAll(slots, i -> i);
        Random random = new Random(seed);
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = slots[j];
            slots[j] = slots[i];
            slots[i] = other;
        }
        return slots;
    }

    PagedKv kv() {
        return kv;
    }

    /** The slot mapping of one of the sequences. */
    int[] slotMapping(int sequence) {
        int from = sequence * sequenceTokens;
        return Arrays.copyOfRange(shuffled, from, from + sequenceTokens);
    }

    /** Fills the rows of a sequence. */
    void fill(int sequence, int worker, int round) {
        int first = sequence * sequenceTokens;
        fill(first, first + sequenceTokens, (at, pair) -> RowContents.ofToken(worker, round, at - first, pair));
    }

    /** What is wrong with the rows of a sequence; empty if every byte is right. */
    Optional<String> deviation(int sequence, int worker, int round) {
        int first = sequence * sequenceTokens;
        return firstWrong(
                        first,
                        first + sequenceTokens,
                        (at, pair) -> RowContents.ofToken(worker, round, at - first, pair))
                .map(wrong -> "token " + (wrong.at() - first) + " of round " + round + " of worker " + worker
                        + " is wrong in slot " + shuffled[wrong.at()] + ", " + describe(wrong.pair()) + ", from byte "
                        + wrong.offset() + " of its row on");
    }

    /** Fills the whole cache with what nobody may touch, apart from the slots of sequences. */
    void poison() {
        fill(0, shuffled.length, (at, pair) -> RowContents.ofUntouched(shuffled[at], pair));
    }

    /**
     * What is wrong with the slots that no sequence has; empty if nobody touched them.
     *
     * @param sequences how many sequences have slots
     */
    Optional<String> trespass(int sequences) {
        return firstWrong(
                        sequences * sequenceTokens,
                        shuffled.length,
                        (at, pair) -> RowContents.ofUntouched(shuffled[at], pair))
                .map(wrong -> "slot " + shuffled[wrong.at()] + ", in which no token belongs, was written in "
                        + describe(wrong.pair()) + ", at byte " + wrong.offset() + " of its row");
    }

    /** What a row is filled with. */
    private interface RowSeed {
        /**
         * @param at index into the shuffled slots
         * @param pair which layer and plane
         */
        long of(int at, int pair);
    }

    /**
     * The first wrong byte of some rows.
     *
     * @param at index into the shuffled slots
     * @param pair which layer and plane
     * @param offset in the row
     */
    private record Wrong(int at, int pair, long offset) {}

    private void fill(int from, int to, RowSeed seed) {
        KvPattern pattern = context.node().pattern();
        forBatches(from, to, seed, (first, count) -> {
            pattern.fillRows(region, kv.layout().rowBytes(), offsets, seeds, count);
            return false;
        });
    }

    private Optional<Wrong> firstWrong(int from, int to, RowSeed seed) {
        KvPattern pattern = context.node().pattern();
        int rowBytes = kv.layout().rowBytes();
        AtomicReference<@Nullable Wrong> found = new AtomicReference<>();
        forBatches(from, to, seed, (first, count) -> {
            long wrong = pattern.firstMismatchInRows(region, rowBytes, offsets, seeds, count);
            if (wrong >= 0) {
                long row = first + wrong / rowBytes;
                found.set(new Wrong((int) (row / pairs()), (int) (row % pairs()), wrong % rowBytes));
            }
            return wrong >= 0;
        });
        return Optional.ofNullable(found.get());
    }

    private interface Batch {
        /**
         * Takes {@link #offsets} and {@link #seeds} of some rows.
         *
         * @param first the number of the first one
         * @return whether that was enough
         */
        boolean take(long first, int count);
    }

    /** Goes through all layers and planes of some slots, many rows at a time: each call may cost a trip to a GPU. */
    private void forBatches(int from, int to, RowSeed seed, Batch batch) {
        long end = (long) to * pairs();
        for (long first = (long) from * pairs(); first < end; first += BATCH_ROWS) {
            context.interruption().check();
            int count = (int) Math.min(BATCH_ROWS, end - first);
            for (int i = 0; i < count; i++) {
                int at = (int) ((first + i) / pairs());
                int pair = (int) ((first + i) % pairs());
                offsets[i] = rowOffset(pair, shuffled[at]);
                seeds[i] = seed.of(at, pair);
            }
            if (batch.take(first, count)) {
                return;
            }
        }
    }

    private int pairs() {
        return kv.layout().layers() * kv.layout().planes();
    }

    private long rowOffset(int pair, int slot) {
        PagedKvLayout layout = kv.layout();
        return kv.layers().get(pair / layout.planes()).offsetBytes()
                + pair % layout.planes() * layout.planeBytes()
                + (long) slot * layout.rowBytes();
    }

    private String describe(int pair) {
        int planes = kv.layout().planes();
        return "layer " + pair / planes + ", plane " + pair % planes;
    }
}
