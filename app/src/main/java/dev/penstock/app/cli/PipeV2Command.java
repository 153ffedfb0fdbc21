// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.program.pipe.PipeV2Program;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the program {@code pipe-v2}. */
@Command(
        name = "pipe-v2",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description = "Makes objects in the ring itself, moves them, and copies them out; the sender's time is that of"
                + " allocations, fills and flush, without simulated work.")
final class PipeV2Command implements Callable<Integer> {
    private final ProgramRunner runner;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--num-objs", paramLabel = "N", description = "Objects of a round (default: 100).")
    @Nullable
    Integer objects;

    @Option(
            names = "--simulate-work",
            description = "The sender sleeps 50 ms before every 10th object, the receiver 20 ms after every 10.")
    boolean simulateWork;

    PipeV2Command(ProgramRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(new PipeV2Program(simulateWork), common, objects).code();
    }
}
