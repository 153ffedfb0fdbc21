// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.Objects;

/**
 * A run of bytes in a region: all that the domain knows of memory.
 *
 * @param region the region
 * @param offsetBytes where the run begins, from the region's start
 * @param lengthBytes how long it is; zero is allowed
 */
public record Span(RegionId region, long offsetBytes, long lengthBytes) {
    /** Checks that the numbers are not negative and that their sum is one; the region's bounds are the memory's to check. */
    public Span {
        Objects.requireNonNull(region, "region");
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
            throw new IllegalArgumentException("span at " + offsetBytes + " of " + lengthBytes + " bytes");
        }
    }

    /** The offset just past the last byte. */
    public long endBytes() {
        return offsetBytes + lengthBytes;
    }

    /**
     * The part of this span that begins {@code fromBytes} after its start.
     *
     * @throws IndexOutOfBoundsException if the part is not within this span
     */
    public Span slice(long fromBytes, long partLengthBytes) {
        Objects.checkFromIndexSize(fromBytes, partLengthBytes, lengthBytes);
        return new Span(region, offsetBytes + fromBytes, partLengthBytes);
    }

    /** Whether the two spans share at least one byte. */
    public boolean overlaps(Span other) {
        return region.equals(other.region)
                && offsetBytes < other.endBytes()
                && other.offsetBytes < endBytes()
                && lengthBytes > 0
                && other.lengthBytes > 0;
    }
}
