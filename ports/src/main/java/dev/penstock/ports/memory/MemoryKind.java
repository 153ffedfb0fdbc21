// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/** Where a region's bytes are. */
public enum MemoryKind {
    /** Memory of the host that the JVM can address through byte buffers. */
    HOST("host"),
    /** Memory of a CUDA device; reached by copies only. */
    CUDA("cuda");

    private final String label;

    MemoryKind(String label) {
        this.label = label;
    }

    /** The name on the wire and on the command line. */
    public String label() {
        return label;
    }

    /** Whether {@link Memory#hostView} works on regions of this kind. */
    public boolean hostAddressable() {
        return this == HOST;
    }
}
