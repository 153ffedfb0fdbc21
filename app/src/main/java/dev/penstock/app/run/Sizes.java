// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.control.RingGeometry;

/**
 * The sizes of a run.
 *
 * @param shape of each object
 * @param dtype of their elements
 * @param objects in a round
 * @param bufferBytes of each ring
 * @param slotBytes of each slot
 * @param depth slots that a sender fills or writes at a time
 */
public record Sizes(KvShape shape, DType dtype, int objects, long bufferBytes, long slotBytes, int depth) {
    /** The most bytes of a ring, and of all objects of a round: far above any memory, so that sums can't overflow. */
    private static final long MAX_BYTES = 1L << 50;

    private static final int MAX_DEPTH = 512;

    /** Checks that they fit each other. */
    public Sizes {
        if (depth < 1 || depth > MAX_DEPTH) {
            throw new IllegalArgumentException("a depth is 1 to " + MAX_DEPTH + ", not " + depth);
        }
        if (objects < 1) {
            throw new IllegalArgumentException("a round has at least one object, not " + objects);
        }
        if (shape.elements() > MAX_BYTES / dtype.bytes() / objects || bufferBytes > MAX_BYTES) {
            throw new IllegalArgumentException(objects + " objects of " + shape + " " + dtype + " and a buffer of "
                    + bufferBytes + " bytes are beyond any memory");
        }
        if (slotBytes < RingGeometry.ALIGNMENT || slotBytes % RingGeometry.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "a slot is a multiple of " + RingGeometry.ALIGNMENT + " bytes, not " + slotBytes);
        }
        if (bufferBytes < slotBytes) {
            throw new IllegalArgumentException("a slot of " + ByteSize.format(slotBytes)
                    + " does not fit into a buffer of " + ByteSize.format(bufferBytes));
        }
        if (bufferBytes / slotBytes > RingGeometry.MAX_PAGES) {
            throw new IllegalArgumentException("a buffer of " + ByteSize.format(bufferBytes) + " has more than "
                    + RingGeometry.MAX_PAGES + " slots of " + ByteSize.format(slotBytes) + ": choose larger slots");
        }
    }

    /** Bytes of one object. */
    public long objectBytes() {
        return shape.elements() * dtype.bytes();
    }

    /** Bytes of one round's objects. */
    public long roundBytes() {
        return objectBytes() * objects;
    }

    /** Bytes of one round's objects, each at an aligned place of its own. */
    public long ownedBytes() {
        long aligned = (objectBytes() + RingGeometry.ALIGNMENT - 1) / RingGeometry.ALIGNMENT * RingGeometry.ALIGNMENT;
        return aligned * objects;
    }

    /** How many slots a ring has. */
    public int slots() {
        return (int) (bufferBytes / slotBytes);
    }

    /**
     * How many slots are under way at a time: as many as the sender has in flight, and as many again that the receiver
     * empties meanwhile. More would only spread the same traffic over more memory.
     */
    public int windowSlots() {
        return Math.min(slots(), 2 * depth);
    }

    /** Bytes of the slots that are under way at a time. */
    public long windowBytes() {
        return windowSlots() * slotBytes;
    }
}
