// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Chooses the sizes that nobody asked for.
 *
 * @param defaults what the program takes by itself
 * @param preferredSlotBytes the slot that suits the transport
 * @param where what a run takes its memory from, for people: "in ..."
 * @param footprint how many bytes a run of some sizes takes on this host
 */
public record Sizing(SizeDefaults defaults, long preferredSlotBytes, String where, ToLongFunction<Sizes> footprint) {
    /** The reference object, 32 MiB as bfloat16. */
    public static final KvShape REFERENCE_SHAPE = KvShape.of(32, 2, 256, 1024);

    /** Of the memory that is free, this much is taken at most where the sizes are the program's own choice. */
    private static final double SHARE = 0.7;
    /** Fewer objects say little about throughput: smaller ones are better then. */
    private static final int FEW_OBJECTS = 8;

    private static final int FEWEST_SLOTS = 4;
    private static final int USEFUL_SLOTS = 8;
    private static final long MIB = 1L << 20;
    private static final long SMALLEST_BUFFER_BYTES = 16 * MIB;

    /**
     * Sizes that fit.
     *
     * @param sizes the sizes
     * @param reduced whether they are smaller than they would be on a host with enough memory
     */
    public record Fitted(Sizes sizes, boolean reduced) {}

    /**
     * The sizes where both sides must come to the same by themselves: what was asked for, and defaults.
     *
     * @throws IllegalArgumentException if the sizes do not fit each other
     * @throws KvTransferException of kind CAPACITY, with what was asked, what is free and what to do, if they don't fit
     */
    public Sizes fixed(Wish wish, long freeBytes) {
        Sizes sizes = sizes(
                wish,
                wish.shape().orElse(REFERENCE_SHAPE),
                wish.objects().orElse(defaults.objects()),
                defaults.bufferBytes());
        require(sizes, freeBytes);
        return sizes;
    }

    /**
     * The sizes where one process chooses for all: what was asked for, and as much of the defaults as fits.
     *
     * @throws IllegalArgumentException if the sizes do not fit each other
     * @throws KvTransferException of kind CAPACITY, with what was asked, what is free and what to do, if they don't fit
     */
    public Fitted fitted(Wish wish, long freeBytes) {
        long budget = (long) (freeBytes * SHARE);
        KvShape fullShape = wish.shape().orElse(REFERENCE_SHAPE);
        int fullObjects = wish.objects().orElse(defaults.objects());
        Sizes full = sizes(wish, fullShape, fullObjects, defaults.bufferBytes());
        if (footprint.applyAsLong(full) <= budget) {
            return new Fitted(full, false);
        }
        for (KvShape shape : shapes(wish)) {
            long objectBytes = shape.elements() * wish.dtype().bytes();
            long buffer = smallerBuffer(budget, objectBytes);
            Optional<Sizes> fit = mostObjects(wish, shape, fullObjects, buffer, budget);
            boolean enough = fit.isPresent() && fit.get().objects() >= Math.min(FEW_OBJECTS, fullObjects);
            if (enough) {
                return new Fitted(fit.get(), true);
            }
        }
        // What was asked for leaves no choice, or none that makes sense: taken if it fits at all.
        require(full, freeBytes);
        return new Fitted(full, false);
    }

    private static List<KvShape> shapes(Wish wish) {
        return wish.shape().isPresent()
                ? List.of(wish.shape().get())
                : List.of(
                        REFERENCE_SHAPE,
                        KvShape.of(8, 2, 256, 1024),
                        KvShape.of(2, 2, 256, 1024),
                        KvShape.of(2, 2, 256, 128));
    }

    private long smallerBuffer(long budget, long objectBytes) {
        long quarter = Math.max(objectBytes, budget / 4);
        return Math.min(defaults.bufferBytes(), Math.max(MIB, quarter / MIB * MIB));
    }

    private Optional<Sizes> mostObjects(Wish wish, KvShape shape, int atMost, long buffer, long budget) {
        int fewest = wish.objects().isPresent() ? atMost : 1;
        int fits = 0;
        int low = fewest;
        int high = atMost;
        while (low <= high) {
            int middle = low + (high - low) / 2;
            if (footprint.applyAsLong(sizes(wish, shape, middle, buffer)) <= budget) {
                fits = middle;
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return fits == 0 ? Optional.empty() : Optional.of(sizes(wish, shape, fits, buffer));
    }

    private Sizes sizes(Wish wish, KvShape shape, int objects, long largestBuffer) {
        // Where nobody asks for a ring of some size: one for more than a round would be of no use, but its slots are
        // not to
        // become smaller than what suits the transport.
        long useful = Math.max(
                Math.max(SMALLEST_BUFFER_BYTES, USEFUL_SLOTS * preferredSlotBytes),
                roundBytes(shape, wish.dtype(), objects));
        long buffer = wish.bufferBytes().orElse(Math.min(largestBuffer, useful));
        long slot = wish.slotBytes().orElse(defaultSlot(shape, wish.dtype(), buffer));
        Sizes sizes = new Sizes(shape, wish.dtype(), objects, buffer, slot, wish.depth());
        if (defaults.wholeObjects() && slot < sizes.objectBytes()) {
            throw new IllegalArgumentException("an object of " + ByteSize.format(sizes.objectBytes())
                    + " is made within one slot, and does not fit into one of " + ByteSize.format(slot)
                    + ": choose a larger --slot-size, and a --buffer-size that holds it");
        }
        return sizes;
    }

    private static long roundBytes(KvShape shape, DType dtype, int objects) {
        long most = Long.MAX_VALUE / dtype.bytes() / Math.max(1, objects);
        return shape.elements() > most ? Long.MAX_VALUE : shape.elements() * dtype.bytes() * objects;
    }

    private long defaultSlot(KvShape shape, DType dtype, long buffer) {
        long slot = Math.min(preferredSlotBytes, buffer / FEWEST_SLOTS);
        // A ring of very many slots needs larger ones.
        slot = Math.max(slot, buffer / RingGeometry.MAX_PAGES + 1);
        long object = shape.elements() * dtype.bytes();
        if (defaults.wholeObjects() && object <= buffer) {
            slot = Math.max(slot, object);
        }
        return Math.max(RingGeometry.ALIGNMENT, alignedUp(slot, buffer));
    }

    private static long alignedUp(long slot, long buffer) {
        long up = (slot + RingGeometry.ALIGNMENT - 1) / RingGeometry.ALIGNMENT * RingGeometry.ALIGNMENT;
        return up <= buffer ? up : slot / RingGeometry.ALIGNMENT * RingGeometry.ALIGNMENT;
    }

    private void require(Sizes sizes, long freeBytes) {
        long need = footprint.applyAsLong(sizes);
        if (need > freeBytes) {
            throw new KvTransferException(
                    FailureKind.CAPACITY,
                    "size a run",
                    ByteSize.format(need) + " are needed for " + sizes.objects() + " objects of "
                            + ByteSize.format(sizes.objectBytes()) + " and a buffer of "
                            + ByteSize.format(sizes.bufferBytes())
                            + ", and " + ByteSize.format(freeBytes)
                            + " are free: ask for less (--num-objs, --num-chunks, --num-blocks, --shape, --buffer-size), or"
                            + " make room " + where);
        }
    }
}
