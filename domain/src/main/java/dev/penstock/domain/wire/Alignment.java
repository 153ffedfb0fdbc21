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

    /** The least common multiple of {@link RingGeometry#ALIGNMENT} and {@code bytes}. */
    public static long leastCommonMultiple(long bytes) {
        long x = RingGeometry.ALIGNMENT;
        long y = bytes;
        while (y != 0) {
            long rest = x % y;
            x = y;
            y = rest;
        }
        return RingGeometry.ALIGNMENT / x * bytes;
    }
}
