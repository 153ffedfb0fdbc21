// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import dev.penstock.ports.Digest;
import java.util.Objects;

/**
 * A list of "these bytes go there", kept in flat arrays and reused, so that a steady stream of transfers allocates
 * nothing. One list describes one request: a copy of many pieces, or a write of several pieces with one notification.
 *
 * <p>Whoever submits a list must leave it alone until the request completes. Not thread-safe.
 */
public final class SegmentList {
    private final RegionId[] fromRegion;
    private final RegionId[] toRegion;
    private final long[] fromOffset;
    private final long[] toOffset;
    private final long[] length;
    private final long[] objectOffset;
    private final long[] digest;
    private int size;
    private long totalBytes;

    /** An empty list with room for {@code capacity} segments. */
    public SegmentList(int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
        fromRegion = new RegionId[capacity];
        toRegion = new RegionId[capacity];
        fromOffset = new long[capacity];
        toOffset = new long[capacity];
        length = new long[capacity];
        objectOffset = new long[capacity];
        digest = new long[capacity];
    }

    /** Forgets all segments. */
    public void clear() {
        size = 0;
        totalBytes = 0;
    }

    /** How many segments there are. */
    public int size() {
        return size;
    }

    /** Whether {@link #add} would fail. */
    public boolean isFull() {
        return size == length.length;
    }

    /** The sum of the segments' lengths. */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * Appends a segment.
     *
     * @param objectOffsetBytes where the segment's first byte stands in its object, a multiple of {@link Digest#UNIT_BYTES}
     * @return the index of the segment
     * @throws IllegalStateException if the list is full
     * @throws IllegalArgumentException if a number is negative or the object offset is not a multiple of the digest's unit
     */
    public int add(
            RegionId from,
            long fromOffsetBytes,
            RegionId to,
            long toOffsetBytes,
            long lengthBytes,
            long objectOffsetBytes) {
        if (isFull()) {
            throw new IllegalStateException("the list holds " + size + " segments and has no room for more");
        }
        if (fromOffsetBytes < 0 || toOffsetBytes < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException(
                    "segment from " + fromOffsetBytes + " to " + toOffsetBytes + " of " + lengthBytes + " bytes");
        }
        if (objectOffsetBytes < 0 || objectOffsetBytes % Digest.UNIT_BYTES != 0) {
            throw new IllegalArgumentException("object offset " + objectOffsetBytes);
        }
        int index = size++;
        fromRegion[index] = Objects.requireNonNull(from, "from");
        toRegion[index] = Objects.requireNonNull(to, "to");
        fromOffset[index] = fromOffsetBytes;
        toOffset[index] = toOffsetBytes;
        length[index] = lengthBytes;
        objectOffset[index] = objectOffsetBytes;
        digest[index] = 0;
        totalBytes += lengthBytes;
        return index;
    }

    /**
     * Appends bytes that lie behind those of the last segment, at both ends, by making it longer.
     *
     * @throws IndexOutOfBoundsException if there is no segment
     * @throws IllegalArgumentException if {@code furtherBytes} is negative
     */
    public void extendLast(long furtherBytes) {
        int last = checked(size - 1);
        if (furtherBytes < 0) {
            throw new IllegalArgumentException("extend by " + furtherBytes);
        }
        length[last] += furtherBytes;
        totalBytes += furtherBytes;
    }

    /** The region that segment {@code index} is read from. */
    public RegionId fromRegion(int index) {
        return fromRegion[checked(index)];
    }

    /** Where in its region segment {@code index} is read from. */
    public long fromOffset(int index) {
        return fromOffset[checked(index)];
    }

    /** The region that segment {@code index} is written to; of the peer's node where the list is for a transport. */
    public RegionId toRegion(int index) {
        return toRegion[checked(index)];
    }

    /** Where in its region segment {@code index} is written to. */
    public long toOffset(int index) {
        return toOffset[checked(index)];
    }

    /** How many bytes segment {@code index} has. */
    public long length(int index) {
        return length[checked(index)];
    }

    /** Where in its object segment {@code index} begins, in bytes. */
    public long objectOffset(int index) {
        return objectOffset[checked(index)];
    }

    /** What segment {@code index} adds to its object's digest; meaningful after a request that computes digests. */
    public long digest(int index) {
        return digest[checked(index)];
    }

    /** Called by the {@link Memory} that computed the digest. */
    public void setDigest(int index, long value) {
        digest[checked(index)] = value;
    }

    /**
     * Checks what {@link Memory#submit} forbids of a copy: that a destination overlaps its own source.
     *
     * @throws IllegalArgumentException if segment {@code index} would be copied over itself
     */
    public void requireApart(int index) {
        if (fromRegion(index).equals(toRegion(index))
                && Math.abs(fromOffset(index) - toOffset(index)) < length(index)) {
            throw new IllegalArgumentException("segment " + index + " copies " + length(index)
                    + " bytes at " + fromOffset(index) + " of " + fromRegion(index)
                    + " over themselves, to " + toOffset(index));
        }
    }

    /** Whether a request of this mode reads or writes the region. */
    public boolean uses(RegionId region, CopyMode mode) {
        for (int i = 0; i < size; i++) {
            if (fromRegion[i].equals(region) || (mode.copies() && toRegion[i].equals(region))) {
                return true;
            }
        }
        return false;
    }

    private int checked(int index) {
        return Objects.checkIndex(index, size);
    }
}
