// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells the process that started this one, in lines that {@link ChildEvents} reads. */
public final class ChildOutput implements RunOutput {
    /** What such a line begins with; whatever else a process writes is for people. */
    static final String PREFIX = "@penstock ";

    private static final long PROGRESS_INTERVAL_NS = 100_000_000;

    private final PrintStream out;
    private int lastRound = -1;
    private long lastProgressAt;

    /** @param out the process's standard output */
    public ChildOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public void note(String line) {
        tell("note", Map.of("line", line));
    }

    @Override
    public void listening(String host, int port) {
        tell("listening", Map.of("host", host, "port", port));
    }

    @Override
    public void progress(int round, long doneBytes, long totalBytes) {
        long now = System.nanoTime();
        if (round != lastRound || now - lastProgressAt >= PROGRESS_INTERVAL_NS) {
            lastRound = round;
            lastProgressAt = now;
            tell("progress", Map.of("round", round, "done", doneBytes, "total", totalBytes));
        }
    }

    @Override
    public void round(RoundResult result) {
        tell("round", result.toMap());
    }

    @Override
    public void finished(RoleReport report) {
        tell("finished", report.toMap());
    }

    private void tell(String event, Map<String, Object> values) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.putAll(values);
        try {
            out.println(PREFIX + JSON.std.asString(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.flush();
    }
}
