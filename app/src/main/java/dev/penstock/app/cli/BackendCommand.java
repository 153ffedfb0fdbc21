// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.program.backend.BackendProgram;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the program {@code backend}. */
@Command(
        name = "backend",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description =
                "Puts objects into a keyed store at the receiver, which then finds, gets, checks and removes each. Timed is"
                        + " submit and flush.")
final class BackendCommand implements Callable<Integer> {
    private final ProgramRunner runner;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Mixin
    StagingOption staging = new StagingOption();

    @Option(names = "--num-objs", paramLabel = "N", description = "Objects of a round (default: 100).")
    @Nullable
    Integer objects;

    @Option(
            names = "--eviction",
            paramLabel = "lru|lfu|fifo",
            defaultValue = "lru",
            description = "What the store evicts first when it is full (default: ${DEFAULT-VALUE}).")
    String eviction = "lru";

    BackendCommand(ProgramRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(program(), common, objects).code();
    }

    private BackendProgram program() {
        try {
            return new BackendProgram(eviction, staging.isOn());
        } catch (IllegalArgumentException e) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }
}
