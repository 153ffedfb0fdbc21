// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.run.ByteSize;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Tells a person: a bar where it can be drawn, a line now and then otherwise. */
public final class HumanOutput implements RunOutput {
    private static final long LINE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int BAR_UPDATE_MS = 200;
    private static final long MIB = 1L << 20;

    private final PrintStream out;
    private final boolean terminal;
    private @Nullable ProgressBar bar;
    private int barRound = -1;
    private long lastLineAt = System.nanoTime();

    /**
     * @param out where the text goes
     * @param terminal whether a bar can be drawn there
     */
    public HumanOutput(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void note(String line) {
        endBar();
        out.println(line);
    }

    @Override
    public void listening(String host, int port) {
        note("listening at " + host + ":" + port);
    }

    @Override
    public void progress(int round, long doneBytes, long totalBytes) {
        if (terminal) {
            draw(round, doneBytes, totalBytes);
            return;
        }
        long now = System.nanoTime();
        if (doneBytes > 0 && now - lastLineAt >= LINE_INTERVAL_NS) {
            lastLineAt = now;
            out.println(
                    RoundResult.name(round) + ": " + ByteSize.format(doneBytes) + " of " + ByteSize.format(totalBytes));
        }
    }

    private void draw(int round, long doneBytes, long totalBytes) {
        ProgressBar drawn = bar;
        if (drawn == null || barRound != round) {
            endBar();
            drawn = new ProgressBarBuilder()
                    .setTaskName(RoundResult.name(round))
                    .setStyle(ProgressBarStyle.ASCII)
                    .setInitialMax(totalBytes)
                    .setUnit("MiB", MIB)
                    .setUpdateIntervalMillis(BAR_UPDATE_MS)
                    .showSpeed()
                    .build();
            bar = drawn;
            barRound = round;
        }
        drawn.stepTo(doneBytes);
    }

    @Override
    public void round(RoundResult result) {
        note(result.describe());
    }

    @Override
    public void finished(RoleReport report) {
        endBar();
    }

    private void endBar() {
        ProgressBar drawn = bar;
        if (drawn != null) {
            bar = null;
            drawn.close();
        }
    }

    /** Takes the bar off the screen. */
    @Override
    public void close() {
        endBar();
    }
}
