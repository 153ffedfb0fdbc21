// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.program.channel.ChannelV2Program;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the program {@code channel-v2}. */
@Command(
        name = "channel-v2",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description =
                "Sends batches of objects that are made in the ring by a callback; the receiver gets every key exactly"
                        + " once from each sender. Timed is the sum of the batches, without simulated work.")
final class ChannelV2Command implements Callable<Integer> {
    private final ProgramRunner runner;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--num-objs", paramLabel = "N", description = "Objects of a round (default: 100).")
    @Nullable
    Integer objects;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "30",
            description = "Objects of a batch (default: ${DEFAULT-VALUE}).")
    int batchSize = 30;

    @Option(names = "--simulate-workload", description = "The sender sleeps 50 ms between batches.")
    boolean simulateWorkload;

    ChannelV2Command(ProgramRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(program(), common, objects).code();
    }

    private ChannelV2Program program() {
        try {
            return new ChannelV2Program(batchSize, simulateWorkload);
        } catch (IllegalArgumentException e) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }
}
