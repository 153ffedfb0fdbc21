// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Does the work of a transfer and nothing else, in a plain loop on the caller's thread, over the memory that the transfer
 * uses: what there is to gain from any better organization ends here.
 *
 * <p>The objects' memory is gone through from end to end, the slots' memory again and again, as a ring is.
 */
public final class RawCopy {
    private static final int STEP_BYTES = 1 << 20;
    private static final double GIB = 1L << 30;

    private final Memory memory;
    private final KvPattern pattern;
    private final Span objects;
    private final Span slots;

    /**
     * @param objects memory of as many bytes as a round's objects have, whose contents nobody needs
     * @param slots memory of as many bytes as are under way at a time
     */
    public RawCopy(Memory memory, KvPattern pattern, Span objects, Span slots) {
        this.memory = memory;
        this.pattern = pattern;
        this.objects = objects;
        this.slots = slots;
    }

    /** Where the bytes of the objects go. */
    public enum Direction {
        /** From the objects into the slots, as a sender does. */
        IN,
        /** From the slots into the objects, as a receiver does. */
        OUT
    }

    /**
     * Works for about as long as it is told.
     *
     * @return GiB per second
     */
    public double measure(RawWork work, Direction direction, long durationNs) {
        long objectAt = 0;
        long slotAt = 0;
        long done = 0;
        long started = System.nanoTime();
        long elapsed = 0;
        while (elapsed < durationNs) {
            long step = Math.min(STEP_BYTES, Math.min(objects.lengthBytes() - objectAt, slots.lengthBytes() - slotAt));
            Span object = objects.slice(objectAt, step);
            Span slot = slots.slice(slotAt, step);
            if (work == RawWork.FILL) {
                pattern.fill(direction == Direction.IN ? slot : object, done);
            } else if (direction == Direction.IN) {
                copy(object, slot);
            } else {
                copy(slot, object);
            }
            done += step;
            objectAt = (objectAt + step) % objects.lengthBytes();
            slotAt = (slotAt + step) % slots.lengthBytes();
            elapsed = System.nanoTime() - started;
        }
        return done / GIB / ((double) elapsed / TimeUnit.SECONDS.toNanos(1));
    }

    private void copy(Span from, Span to) {
        ByteBuffer source = memory.hostView(from);
        memory.hostView(to).put(source);
    }

    static {
        if (STEP_BYTES > HostRegion.MAX_WINDOW_BYTES) {
            throw new ExceptionInInitializerError("a step must fit into one window");
        }
    }
}
