// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.RoleContext;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A paged cache of one process, in which sequences have slots in a shuffled order. */
final class PagedCache {
    private final RoleContext context;
    private final PagedKv kv;
    private final int[] shuffled;
    private final int sequenceTokens;

    private PagedCache(RoleContext context, PagedKv kv, int[] shuffled, int sequenceTokens) {
        this.context = context;
        this.kv = kv;
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
        KvPattern pattern = context.node().pattern();
        for (int token = 0; token < sequenceTokens; token++) {
            context.interruption().check();
            int slot = shuffled[sequence * sequenceTokens + token];
            for (int pair = 0; pair < pairs(); pair++) {
                pattern.fill(row(pair, slot), RowContents.ofToken(worker, round, token, pair));
            }
        }
    }

    /** What is wrong with the rows of a sequence; empty if every byte is right. */
    Optional<String> deviation(int sequence, int worker, int round) {
        KvPattern pattern = context.node().pattern();
        for (int token = 0; token < sequenceTokens; token++) {
            context.interruption().check();
            int slot = shuffled[sequence * sequenceTokens + token];
            for (int pair = 0; pair < pairs(); pair++) {
                long wrong = pattern.firstMismatch(row(pair, slot), RowContents.ofToken(worker, round, token, pair));
                if (wrong >= 0) {
                    return Optional.of(
                            "token " + token + " of round " + round + " of worker " + worker + " is wrong in slot "
                                    + slot + ", " + describe(pair) + ", from byte " + wrong + " of its row on");
                }
            }
        }
        return Optional.empty();
    }

    /** Fills the whole cache with what nobody may touch, apart from the slots of sequences. */
    void poison() {
        KvPattern pattern = context.node().pattern();
        for (int slot : shuffled) {
            context.interruption().check();
            for (int pair = 0; pair < pairs(); pair++) {
                pattern.fill(row(pair, slot), RowContents.ofUntouched(slot, pair));
            }
        }
    }

    /**
     * What is wrong with the slots that no sequence has; empty if nobody touched them.
     *
     * @param sequences how many sequences have slots
     */
    Optional<String> trespass(int sequences) {
        KvPattern pattern = context.node().pattern();
        for (int i = sequences * sequenceTokens; i < shuffled.length; i++) {
            context.interruption().check();
            int slot = shuffled[i];
            for (int pair = 0; pair < pairs(); pair++) {
                long wrong = pattern.firstMismatch(row(pair, slot), RowContents.ofUntouched(slot, pair));
                if (wrong >= 0) {
                    return Optional.of("slot " + slot + ", in which no token belongs, was written in " + describe(pair)
                            + ", at byte " + wrong + " of its row");
                }
            }
        }
        return Optional.empty();
    }

    private int pairs() {
        return kv.layout().layers() * kv.layout().planes();
    }

    private Span row(int pair, int slot) {
        PagedKvLayout layout = kv.layout();
        long offset = pair % layout.planes() * layout.planeBytes() + (long) slot * layout.rowBytes();
        return kv.layers().get(pair / layout.planes()).slice(offset, layout.rowBytes());
    }

    private String describe(int pair) {
        int planes = kv.layout().planes();
        return "layer " + pair / planes + ", plane " + pair % planes;
    }
}
