// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.console.SilentOutput;
import dev.penstock.app.doctor.Finding;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.program.pipe.PipeProgram;
import dev.penstock.app.report.RunReport;
import dev.penstock.app.run.ByteSize;
import dev.penstock.app.run.Device;
import dev.penstock.domain.kv.KvShape;
import java.time.Duration;
import java.util.Locale;

/** Moves a few objects between two processes: what is written about a transport is one thing, what it does another. */
final class Trial {
    private static final int OBJECTS = 16;
    private static final KvShape SHAPE = KvShape.of(4, 2, 256, 1024);
    private static final long SLOT_BYTES = 4L << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ProgramRunner runner;

    Trial(ProgramRunner runner) {
        this.runner = runner;
    }

    /**
     * What came of it.
     *
     * @param finding in words
     * @param exit as a program that does nothing but this would end
     */
    record Outcome(Finding finding, ExitCode exit) {}

    Outcome run(String transport, Device device, NixlOptions nixl) {
        CommonOptions options = new CommonOptions();
        options.transport = transport;
        options.device = device;
        options.nixl = nixl;
        options.shape = SHAPE;
        options.bufferBytes = 8 * SLOT_BYTES;
        options.slotBytes = SLOT_BYTES;
        options.warmUps = 1;
        options.timeout = TIMEOUT;
        try {
            RunReport report = runner.measure(new PipeProgram(true), options, OBJECTS, new SilentOutput());
            return new Outcome(Finding.ok("trial", describe(report)), ExitCode.OK);
        } catch (RuntimeException e) {
            return new Outcome(Finding.problem("trial", String.valueOf(e.getMessage())), ExitCode.of(e));
        }
    }

    private static String describe(RunReport report) {
        long bytes = report.receiver().map(receiver -> receiver.verifiedBytes()).orElse(0L);
        return String.format(
                Locale.ROOT,
                "two processes over %s: %s arrived, every byte right, at %.2f GiB/s",
                report.parameters().get("transport"),
                ByteSize.format(bytes),
                report.deliveredGibPerSecond());
    }
}
