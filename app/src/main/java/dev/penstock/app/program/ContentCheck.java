// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.Optional;

/**
 * The contents of the objects: different in every byte for every sender, round and object, so that whatever is at the wrong
 * place is noticed.
 */
public final class ContentCheck {
    private final KvPattern pattern;

    ContentCheck(KvPattern pattern) {
        this.pattern = pattern;
    }

    /** What an object's contents are made from. */
    static long seed(NodeId sender, int round, int object) {
        long seed = 0;
        for (int i = 0; i < sender.value().length(); i++) {
            seed = Pattern.mix(seed + sender.value().charAt(i) + 1);
        }
        return Pattern.mix(Pattern.mix(seed + round) + object);
    }

    /** Writes an object. */
    public void fill(Span span, NodeId sender, int round, int object) {
        pattern.fill(span, seed(sender, round, object));
    }

    /** Writes the objects from one on, one a span. */
    public void fill(List<Span> spans, NodeId sender, int round, int first) {
        long[] seeds = new long[spans.size()];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = seed(sender, round, first + i);
        }
        pattern.fillAll(spans, seeds);
    }

    /** What is wrong with an object; empty if every byte is right. */
    public Optional<String> deviation(Span span, NodeId sender, int round, int object) {
        return deviation(List.of(span), sender, round, object);
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
