// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.Interruption;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.PatternRows;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The contents of the objects: different in every byte for every sender, round and object, so that whatever is at the wrong
 * place is noticed.
 */
public final class ContentCheck {
    /** Large objects: so many bytes can be waited for, when somebody wants the program to end. */
    private static final long BATCH_BYTES = 1L << 30;

    private static final int BATCH_OBJECTS = 4096;

    private final KvPattern pattern;
    private final Interruption interruption;

    ContentCheck(KvPattern pattern, Interruption interruption) {
        this.pattern = pattern;
        this.interruption = interruption;
    }

    /** What an object's contents are made from. */
    static long seed(NodeId sender, int round, int object) {
        long seed = 0;
        for (int i = 0; i < sender.value().length(); i++) {
            seed = Pattern.mix(seed + sender.value().charAt(i) + 1);
        }
        return Pattern.mix(Pattern.mix(seed + round) + object);
    }

    /** Writes the objects from one on, one a span. */
    public void fill(List<Span> spans, NodeId sender, int round, int first) {
        PatternRows rows = new PatternRows(spans.size());
        for (int i = 0; i < spans.size(); i++) {
            rows.add(spans.get(i), seed(sender, round, first + i));
        }
        pattern.fill(rows);
    }

    /** Writes the objects of a round, the first of {@code objects} and so on. */
    public void fill(int objects, IntFunction<Span> place, NodeId sender, int round) {
        forBatches(objects, place, sender, round, (first, rows) -> {
            pattern.fill(rows);
            return Optional.empty();
        });
    }

    /** What is wrong with the objects of a round; empty if every byte is right. */
    public Optional<String> deviation(int objects, IntFunction<Span> place, NodeId sender, int round) {
        return forBatches(objects, place, sender, round, (first, rows) -> {
            int wrong = pattern.firstWrongRow(rows);
            return wrong < 0 ? Optional.empty() : deviation(List.of(rows.span(wrong)), sender, round, first + wrong);
        });
    }

    private interface Batch {
        /**
         * Takes some objects.
         *
         * @param first the number of the first one
         * @return what is wrong with them
         */
        Optional<String> take(int first, PatternRows rows);
    }

    /** Many objects at once: each call of a pattern may cost a trip to a GPU. */
    private Optional<String> forBatches(int objects, IntFunction<Span> place, NodeId sender, int round, Batch batch) {
        PatternRows rows = new PatternRows(Math.min(objects, BATCH_OBJECTS));
        for (int first = 0; first < objects; first += rows.size()) {
            interruption.check();
            rows.clear();
            long bytes = 0;
            for (int i = first; i < objects && !rows.isFull() && bytes < BATCH_BYTES; i++) {
                Span object = place.apply(i);
                rows.add(object, seed(sender, round, i));
                bytes += object.lengthBytes();
            }
            Optional<String> wrong = batch.take(first, rows);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    /** What is wrong with an object that lies in pieces; empty if every byte is right. */
    public Optional<String> deviation(List<Span> pieces, NodeId sender, int round, int object) {
        long seed = seed(sender, round, object);
        long checked = 0;
        for (Span piece : pieces) {
            long wrong = pattern.firstMismatch(piece, seed, checked);
            if (wrong >= 0) {
                return Optional.of("object " + object + " of round " + round + " from " + sender
                        + " is wrong from byte " + (checked + wrong) + " on");
            }
            checked += piece.lengthBytes();
        }
        return Optional.empty();
    }
}
