// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.TransportCatalogs;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line. */
public final class PenstockCli {
    private static final int HELP_WIDTH = 100;

    private PenstockCli() {}

    /**
     * Does what the arguments say.
     *
     * @param mainClass what starts another process of this program
     * @param out where results go
     * @param err where everything else goes
     * @return the exit code
     */
    public static int run(
            String mainClass,
            String[] arguments,
            TransportCatalogs transports,
            PrintStream out,
            PrintStream err,
            Interruption interruption) {
        ProgramRunner runner = new ProgramRunner(mainClass, transports, out, err, interruption);
        CommandLine line = new CommandLine(new PenstockCommand());
        for (Object program : List.of(
                new PipeCommand(runner),
                new ChannelCommand(runner),
                new BackendCommand(runner),
                new CacheEngineCommand(runner),
                new PipeV2Command(runner),
                new ChannelV2Command(runner))) {
            CommandLine command = new CommandLine(program);
            UsageMessageSpec usage = command.getCommandSpec().usageMessage();
            usage.exitCodeListHeading("%nExit codes:%n");
            usage.exitCodeList(ExitCode.meanings());
            usage.footer(
                    "",
                    "Environment:",
                    "  PENSTOCK_SHARED_DIR    directory that loopback shares with the other side (default: /dev/shm)",
                    "  PENSTOCK_NIXL_LIBRARY  NIXL's libnixl_capi.so, where it is not to be searched for",
                    "  UCX_..., NIXL_...      settings of UCX and NIXL, such as UCX_TLS and NIXL_LOG_LEVEL",
                    "  PENSTOCK_LOG           level of the log on the error stream, such as debug (default: warn)");
            line.addSubcommand(command);
        }
        line.addSubcommand(new TransportsCommand(transports, out));
        line.addSubcommand(new DoctorCommand(transports, runner, out));
        CommandLine nixl = new CommandLine(new NixlCommand());
        nixl.addSubcommand(new NixlInstallCommand(interruption));
        line.addSubcommand(nixl);
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setUsageHelpWidth(HELP_WIDTH);
        line.setParameterExceptionHandler(wrongArguments());
        line.setExecutionExceptionHandler(failures());
        return line.execute(arguments);
    }

    private static IParameterExceptionHandler wrongArguments() {
        return (wrong, arguments) -> {
            CommandLine command = wrong.getCommandLine();
            String name = command.getCommandSpec().qualifiedName();
            String message = wrong instanceof UnmatchedArgumentException unmatched
                    ? UnknownArgument.describe(unmatched)
                    : String.valueOf(wrong.getMessage());
            command.getErr().println(name + ": " + message);
            command.getErr().println("Try '" + name + " --help'.");
            return ExitCode.BAD_ARGUMENTS.code();
        };
    }

    private static IExecutionExceptionHandler failures() {
        return (failure, command, parsed) -> {
            ExitCode exit = ExitCode.of(failure);
            System.getLogger(PenstockCli.class.getName()).log(System.Logger.Level.DEBUG, "the run failed", failure);
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
            if (exit == ExitCode.INTERNAL) {
                failure.printStackTrace(command.getErr());
            }
            return exit.code();
        };
    }
}
