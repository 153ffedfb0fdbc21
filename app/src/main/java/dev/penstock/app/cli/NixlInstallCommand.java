// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.transport.nixl.library.NixlLibrary;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Fetches NIXL, by the script that the build uses too. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description = "Fetches NIXL " + NixlLibrary.TESTED_VERSION
                + " with its UCX through Python's pip, checks it, and unpacks it into the user's cache. Does nothing where"
                + " that was done before. Prints the library's path.")
final class NixlInstallCommand implements Callable<Integer> {
    private final Interruption interruption;

    NixlInstallCommand(Interruption interruption) {
        this.interruption = interruption;
    }

    @Override
    public Integer call() {
        Path script = script().orElseThrow(() -> new RunFailure(
                ExitCode.UNAVAILABLE,
                "the script that fetches NIXL is not beside this program; in a checkout, run native/nixl/fetch"));
        try {
            // By sh, since the distribution may have lost the mark of what can be executed on its way.
            Process process = new ProcessBuilder(List.of("sh", script.toString()))
                    .inheritIO()
                    .start();
            interruption.onRequest(process::destroy);
            int exit = process.waitFor();
            interruption.check();
            return exit == 0 ? ExitCode.OK.code() : ExitCode.UNAVAILABLE.code();
        } catch (IOException e) {
            throw new RunFailure(ExitCode.UNAVAILABLE, "can't start sh: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    /** In the distribution, lib/ and nixl/ are neighbours. */
    private static Optional<Path> script() {
        CodeSource source = NixlInstallCommand.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            Path lib = Path.of(source.getLocation().toURI()).getParent();
            return Optional.ofNullable(lib)
                    .map(own -> own.resolveSibling("nixl/fetch"))
                    .filter(Files::isRegularFile);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
