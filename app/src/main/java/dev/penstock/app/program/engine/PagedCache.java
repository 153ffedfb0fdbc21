// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.RoleContext;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.PatternRows;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A paged cache of one process, in which sequences have slots in a shuffled order. */
final class PagedCache {
    private static final int BATCH_ROWS = 16 << 10;
    /** Whose KV is in slots that nothing was retrieved into. */
    private static final int NO_WORKER = -1;

    private final RoleContext context;
    private final PagedKv kv;
    private final RegionId region;
    private final int[] shuffled;
    private final int sequenceTokens;
    /** Where in the region each plane of each layer begins. */
    private final long[] planeOffsets;

    private final PatternRows rows = new PatternRows(BATCH_ROWS);

    private PagedCache(RoleContext context, PagedKv kv, int[] shuffled, int sequenceTokens) {
        this.context = context;
        this.kv = kv;
        // All layers are in one.
        this.region = kv.layers().get(0).region();
        this.shuffled = shuffled;
        this.sequenceTokens = sequenceTokens;
        int planes = kv.layout().planes();
        this.planeOffsets = new long[kv.layout().layers() * planes];
        Arrays.setAll(
                planeOffsets,
                pair -> kv.layers().get(pair / planes).offsetBytes()
                        + pair % planes * kv.layout().planeBytes());
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
        fill(sequenceTokens, rowsOf(sequence, worker, round));
    }

    private Rows rowsOf(int sequence, int worker, int round) {
        return token ->
                addRows(shuffled[sequence * sequenceTokens + token], 1, RowContents.ofToken(worker, round, token));
    }

    /** What is wrong with the rows of a sequence; empty if every byte is right. */
    Optional<String> deviation(int sequence, int worker, int round) {
        return firstWrong(sequenceTokens, rowsOf(sequence, worker, round))
                .map(wrong -> "token " + wrong.at() + " of round " + round + " of worker " + worker
                        + " is wrong in slot " + shuffled[sequence * sequenceTokens + wrong.at()] + ", "
                        + describe(wrong.pair()) + ", from byte " + wrong.offset() + " of its row on");
    }

    /**
     * Fills the whole cache: the slots that no sequence has with what nobody may touch, the others with what is no one's KV.
     *
     * @param sequences how many sequences have slots
     */
    void poison(int sequences) {
        for (int sequence = 0; sequence < sequences; sequence++) {
            fill(sequence, NO_WORKER, 0);
        }
        List<Run> runs = unused(sequences);
        fill(runs.size(), rowsOf(runs));
    }

    /**
     * What is wrong with the slots that no sequence has; empty if nobody touched them since they were poisoned.
     *
     * @param sequences how many sequences have slots
     */
    Optional<String> trespass(int sequences) {
        List<Run> runs = unused(sequences);
        return firstWrong(runs.size(), rowsOf(runs))
                .map(wrong -> "slot "
                        + (runs.get(wrong.at()).first()
                                + wrong.offset() / kv.layout().rowBytes())
                        + ", in which no token belongs, was written in " + describe(wrong.pair()) + ", at byte "
                        + wrong.offset() % kv.layout().rowBytes() + " of its row");
    }

    private Rows rowsOf(List<Run> runs) {
        return at -> {
            Run run = runs.get(at);
            addRows(run.first(), run.slots(), RowContents.ofUntouched(run.first()));
        };
    }

    /** Adds one row of each layer and plane to {@link #rows}, each with a seed of its own. */
    private void addRows(int firstSlot, int slots, long seed) {
        long rowBytes = kv.layout().rowBytes();
        for (int pair = 0; pair < planeOffsets.length; pair++) {
            rows.add(region, planeOffsets[pair] + firstSlot * rowBytes, slots * rowBytes, seed + pair);
        }
    }

    /** Slots side by side: one row of a plane, to whoever fills or checks it, and not one for each token. */
    private record Run(int first, int slots) {}

    private List<Run> unused(int sequences) {
        BitSet used = new BitSet(shuffled.length);
        for (int at = 0; at < sequences * sequenceTokens; at++) {
            used.set(shuffled[at]);
        }
        List<Run> runs = new ArrayList<>();
        int first = used.nextClearBit(0);
        while (first < shuffled.length) {
            int next = used.nextSetBit(first);
            int end = next < 0 ? shuffled.length : next;
            runs.add(new Run(first, end - first));
            first = used.nextClearBit(end);
        }
        return runs;
    }

    /** Adds the rows of a token, or of a run of slots, to {@link #rows}. */
    private interface Rows {
        void add(int at);
    }

    /**
     * The first wrong byte of some rows.
     *
     * @param at which token, or run of slots
     * @param pair which layer and plane
     * @param offset in the row
     */
    private record Wrong(int at, int pair, long offset) {}

    private void fill(int count, Rows source) {
        KvPattern pattern = context.node().pattern();
        for (int at = 0; at < count; ) {
            at = collect(at, count, source);
            pattern.fill(rows);
        }
    }

    private Optional<Wrong> firstWrong(int count, Rows source) {
        KvPattern pattern = context.node().pattern();
        for (int at = 0; at < count; ) {
            int first = at;
            at = collect(at, count, source);
            int wrong = pattern.firstWrongRow(rows);
            if (wrong >= 0) {
                long offset = pattern.firstMismatch(rows.span(wrong), rows.seed(wrong));
                return Optional.of(new Wrong(first + wrong / pairs(), wrong % pairs(), offset));
            }
        }
        return Optional.empty();
    }

    /** Collects rows, as many as go at once: each call of a pattern may cost a trip to a GPU. Returns where to go on. */
    private int collect(int first, int count, Rows source) {
        context.interruption().check();
        int end = (int) Math.min(count, first + Math.max(1L, BATCH_ROWS / pairs()));
        rows.clear();
        for (int at = first; at < end; at++) {
            source.add(at);
        }
        return end;
    }

    private int pairs() {
        return planeOffsets.length;
    }

    private String describe(int pair) {
        int planes = kv.layout().planes();
        return "layer " + pair / planes + ", plane " + pair % planes;
    }
}
