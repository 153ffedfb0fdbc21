// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether NIXL's C library is on this host, and where. Immutable: it tells of the moment of the search. */
public sealed interface NixlLookup {
    /**
     * Searches: the variable {@code PENSTOCK_NIXL_LIBRARY}, the per-user cache, Python's site-packages, the system's
     * directories. Reads directories only; any thread may call.
     */
    static NixlLookup here() {
        return NixlSearch.ofProcess(Optional.empty()).run();
    }

    /** As {@link #here}, where somebody named the library: it is that file, or none. */
    static NixlLookup named(Path library) {
        return NixlSearch.ofProcess(Optional.of(library)).run();
    }

    /** The library, if it was found. */
    Optional<NixlLibrary> library();

    /** Why there is none: every place that was tried, and what to do. Empty if it was found. */
    Optional<String> problem();

    /**
     * The library.
     *
     * @throws KvTransferException of kind UNAVAILABLE with the {@link #problem}
     */
    default NixlLibrary require() {
        return library()
                .orElseThrow(() -> new KvTransferException(
                        FailureKind.UNAVAILABLE, "find NIXL", problem().orElse("there is no NIXL library")));
    }

    /** It was found. */
    record Found(NixlLibrary found) implements NixlLookup {
        @Override
        public Optional<NixlLibrary> library() {
            return Optional.of(found);
        }

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }
    }

    /**
     * It was not found.
     *
     * @param why every place that was tried, and what to do
     */
    record Missing(String why) implements NixlLookup {
        @Override
        public Optional<NixlLibrary> library() {
            return Optional.empty();
        }

        @Override
        public Optional<String> problem() {
            return Optional.of(why);
        }
    }
}
