// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

/** Who said where NIXL's library is, in the order in which they are asked. */
public enum NixlOrigin {
    /** The command line, or the program that uses this library. */
    FLAG("--nixl-library"),
    /** The environment. */
    ENVIRONMENT(NixlSearch.VARIABLE),
    /** The per-user cache that {@code penstock nixl install} fills. */
    CACHE("Penstock's cache"),
    /** A Python environment with one of NIXL's wheels. */
    SITE_PACKAGES("Python site-packages"),
    /** The directories of the system. */
    SYSTEM("system path");

    private final String label;

    NixlOrigin(String label) {
        this.label = label;
    }

    /** As people know it. */
    public String label() {
        return label;
    }
}
