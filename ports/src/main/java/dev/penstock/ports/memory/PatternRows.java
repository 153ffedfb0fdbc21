// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.Objects;

/**
 * Rows of any length, anywhere in a memory, each with the seed of a {@link Pattern}: what {@link KvPattern} fills or checks
 * at once. Kept in flat arrays and reused. Not thread-safe.
 */
public final class PatternRows {
    private final RegionId[] region;
    private final long[] offset;
    private final long[] length;
    private final long[] seed;
    private int size;

    /** An empty list with room for {@code capacity} rows. */
    public PatternRows(int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
        region = new RegionId[capacity];
        offset = new long[capacity];
        length = new long[capacity];
        seed = new long[capacity];
    }

    /** Forgets all rows. */
    public void clear() {
        size = 0;
    }

    /** How many rows there are. */
    public int size() {
        return size;
    }

    /** Whether {@link #add} would fail. */
    public boolean isFull() {
        return size == length.length;
    }

    /**
     * Appends a row.
     *
     * @param offsetBytes where it begins in its region
     * @throws IllegalStateException if the list is full
     * @throws IllegalArgumentException if the offset or the length is negative
     */
    public void add(RegionId inRegion, long offsetBytes, long lengthBytes, long itsSeed) {
        if (isFull()) {
            throw new IllegalStateException("the list is full with " + size + " rows");
        }
        if (offsetBytes < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException("a row of " + lengthBytes + " bytes at " + offsetBytes);
        }
        region[size] = inRegion;
        offset[size] = offsetBytes;
        length[size] = lengthBytes;
        seed[size] = itsSeed;
        size++;
    }

    /** Appends a row; as the other. */
    public void add(Span row, long itsSeed) {
        add(row.region(), row.offsetBytes(), row.lengthBytes(), itsSeed);
    }

    /** The region of a row. */
    public RegionId region(int index) {
        return region[Objects.checkIndex(index, size)];
    }

    /** Where a row begins in its region. */
    public long offsetBytes(int index) {
        return offset[Objects.checkIndex(index, size)];
    }

    /** How long a row is. */
    public long lengthBytes(int index) {
        return length[Objects.checkIndex(index, size)];
    }

    /** The seed of a row's pattern. */
    public long seed(int index) {
        return seed[Objects.checkIndex(index, size)];
    }

    /** A row as a span. */
    public Span span(int index) {
        return new Span(region(index), offset[index], length[index]);
    }
}
