// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.program.pipe.PipeProgram;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the program {@code pipe}. */
@Command(
        name = "pipe",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description =
                "Copies objects into a ring, moves them, and copies them out; timed from the start of the transfer to the"
                        + " last acknowledgement.")
final class PipeCommand implements Callable<Integer> {
    private final ProgramRunner runner;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Mixin
    StagingOption staging = new StagingOption();

    @Option(names = "--num-objs", paramLabel = "N", description = "Objects of a round (default: 100).")
    @Nullable
    Integer objects;

    PipeCommand(ProgramRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(new PipeProgram(staging.isOn()), common, objects).code();
    }
}
