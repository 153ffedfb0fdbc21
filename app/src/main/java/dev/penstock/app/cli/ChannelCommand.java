// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.program.channel.ChannelProgram;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the program {@code channel}. */
@Command(
        name = "channel",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description =
                "Sends objects with keys and metadata; the receiver's observer gets a copy of each. Timed is the whole"
                        + " send.")
final class ChannelCommand implements Callable<Integer> {
    private final ProgramRunner runner;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Mixin
    StagingOption staging = new StagingOption();

    @Option(names = "--num-objs", paramLabel = "N", description = "Objects of a round (default: 100).")
    @Nullable
    Integer objects;

    ChannelCommand(ProgramRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(new ChannelProgram(staging.isOn()), common, objects).code();
    }
}
