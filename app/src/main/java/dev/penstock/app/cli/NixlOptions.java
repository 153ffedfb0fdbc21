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

    private @Nullable NixlLookup found;

    /** What finds it; looks when it is asked first, and not again. */
    Supplier<NixlLookup> lookup() {
        return this::find;
    }

    private synchronized NixlLookup find() {
        NixlLookup known = found;
        if (known == null) {
            known = library == null ? NixlLookup.here() : NixlLookup.named(library);
            found = known;
        }
        return known;
    }

    /** The same wish, for another process of this program. */
    List<String> arguments() {
        return library == null
                ? List.of()
                : List.of("--nixl-library", library.toAbsolutePath().toString());
    }
}
