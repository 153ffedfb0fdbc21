// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.transport.nixl.library.NixlLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which NIXL is used, for all commands that may use one. */
final class NixlOptions {
    @Option(
            names = "--nixl-library",
            paramLabel = "FILE",
            description =
                    "NIXL's libnixl_capi.so (default: PENSTOCK_NIXL_LIBRARY, what 'penstock nixl install' fetched,"
                            + " Python's site-packages, the system's directories).")
    @Nullable
    Path library;

    /** What finds it. */
    Supplier<NixlLookup> lookup() {
        Path named = library;
        return named == null ? NixlLookup::here : () -> NixlLookup.named(named);
    }

    /** The same wish, for another process of this program. */
    List<String> arguments() {
        return library == null
                ? List.of()
                : List.of("--nixl-library", library.toAbsolutePath().toString());
    }
}
