// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

import java.nio.file.Path;
import java.util.Optional;

/**
 * NIXL's C library on this host. It was found, not loaded.
 *
 * @param path absolute, links resolved, since the library finds its own libraries beside the file that was opened
 * @param origin who said that it is there
 * @param version what the installation calls itself, such as {@code 1.5.1}; empty where it does not say
 */
public record NixlLibrary(Path path, NixlOrigin origin, Optional<String> version) {
    /** The release that Penstock is built for and tested with; {@code native/nixl/requirements.txt} pins it. */
    public static final String TESTED_VERSION = "1.5.1";

    /** The file's name, the same in every installation. */
    public static final String FILE_NAME = "libnixl_capi.so";

    /** Such as {@code NIXL 1.5.1 from Penstock's cache: /home/…/libnixl_capi.so}. */
    public String describe() {
        return "NIXL " + version.orElse("of unknown version") + " from " + origin.label() + ": " + path;
    }
}
