// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.timeline;

import dev.penstock.ports.PartStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Remembers when parts came to their stages: the last {@value #CAPACITY} such events. One thread, the loop's, adds parts; one
 * other, the run's, adds rounds, and writes the file when the loop has nothing more to add.
 *
 * <p>Times are {@link System#nanoTime}, which is one clock for all processes of a Linux host: the files of both sides of a
 * session can be laid over each other.
 */
public final class PartTimeline {
    private static final int CAPACITY = 1 << 16;
    private static final String HEADER = "nanos,event,epoch,number,bytes";

    private final PartStage[] stage = new PartStage[CAPACITY];
    private final long[] nanos = new long[CAPACITY];
    private final long[] epoch = new long[CAPACITY];
    private final long[] sequence = new long[CAPACITY];
    private final long[] bytes = new long[CAPACITY];
    private final List<String> rounds = new ArrayList<>();
    private long events;

    /** A part has come to a stage just now. Allocates nothing. */
    public void part(PartStage of, long itsEpoch, long itsSequence, long itsBytes) {
        int at = (int) (events++ % CAPACITY);
        stage[at] = of;
        nanos[at] = System.nanoTime();
        epoch[at] = itsEpoch;
        sequence[at] = itsSequence;
        bytes[at] = itsBytes;
    }

    /** A round begins now. */
    public void roundBegins(int round) {
        rounds.add(row("round begins", System.nanoTime(), 0, round, 0));
    }

    /** A round is over. */
    public void roundEnds(int round) {
        rounds.add(row("round ends", System.nanoTime(), 0, round, 0));
    }

    /** Writes what is remembered, as comma-separated values with a header; rounds first, then parts, each in their order. */
    public void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        lines.addAll(rounds);
        for (long event = Math.max(0, events - CAPACITY); event < events; event++) {
            int at = (int) (event % CAPACITY);
            lines.add(row(stage[at].label(), nanos[at], epoch[at], sequence[at], bytes[at]));
        }
        Files.write(file, lines);
    }

    private static String row(String event, long nanos, long epoch, long number, long bytes) {
        return String.format(Locale.ROOT, "%d,%s,%016x,%d,%d", nanos, event, epoch, number, bytes);
    }
}
