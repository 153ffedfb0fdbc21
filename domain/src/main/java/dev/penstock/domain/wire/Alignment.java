// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.control.RingGeometry;

/** The alignment of objects within a page. */
public final class Alignment {
    private Alignment() {}

    /** The next multiple of {@link RingGeometry#ALIGNMENT} that is not below {@code bytes}. */
    public static long up(long bytes) {
        return (bytes + RingGeometry.ALIGNMENT - 1) & -RingGeometry.ALIGNMENT;
    }
}
