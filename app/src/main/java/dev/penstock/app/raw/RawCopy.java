// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.Digest;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable RawRows rows;
    /** Written and never read: so that digests have to be computed. */
    @SuppressWarnings("unused")
    private volatile long digestsSeen;

    /**
     * @param objects memory of as many bytes as a round's objects have, whose contents nobody needs
     * @param slots memory of as many bytes as are under way at a time
     */
    public RawCopy(Memory memory, KvPattern pattern, Span objects, Span slots) {
        this(memory, pattern, objects, slots, null);
    }

    /**
     * With objects that lie in rows at scattered places.
     *
     * @param slots memory of as many bytes as are under way at a time
     */
    public RawCopy(Memory memory, KvPattern pattern, Span slots, RawRows rows) {
        this(memory, pattern, slots, slots, rows);
    }

    private RawCopy(Memory memory, KvPattern pattern, Span objects, Span slots, @Nullable RawRows rows) {
        this.memory = memory;
        this.pattern = pattern;
        this.objects = objects;
        this.slots = slots;
        this.rows = rows;
    }

    /** Where the bytes of the objects go. */
    public enum Direction {
        /** From the objects into the slots, as a sender does. */
        IN,
        /** From the slots into the objects, as a receiver does. */
        OUT
    }

    /** Whether the memory is a device's: then {@link #measure} is for the loop's thread. */
    public boolean onDevice() {
        return !memory.kind().hostAddressable();
    }

    /**
     * Writes to all of the slots once: the system hands out memory of the host when it is written for the first time, and
     * what was never written is read from one page of zeros. Slots beside rows are left alone: they may be a store's.
     */
    public void touchSlots() {
        if (!onDevice() && rows == null) {
            for (long at = 0; at < slots.lengthBytes(); at += STEP_BYTES) {
                pattern.fill(slots.slice(at, Math.min(STEP_BYTES, slots.lengthBytes() - at)), at);
            }
        }
    }

    /**
     * Works for about as long as it is told.
     *
     * @return GiB per second
     */
    public double measure(RawWork work, Direction direction, long durationNs) {
        if (onDevice()) {
            BusyMemory.Moved moved =
                    new DeviceCopy(memory, pattern, objects, slots, rows).measure(work, direction, durationNs);
            return rate(moved.bytes(), moved.nanos());
        }
        if (work == RawWork.GATHER || work == RawWork.SCATTER) {
            return measureRows(work, durationNs);
        }
        long objectAt = 0;
        long slotAt = 0;
        long done = 0;
        long digests = 0;
        long started = System.nanoTime();
        long elapsed = 0;
        while (elapsed < durationNs) {
            long step = Math.min(STEP_BYTES, Math.min(objects.lengthBytes() - objectAt, slots.lengthBytes() - slotAt));
            Span object = objects.slice(objectAt, step);
            Span slot = slots.slice(slotAt, step);
            if (work == RawWork.FILL) {
                pattern.fill(direction == Direction.IN ? slot : object, done);
            } else if (work == RawWork.DIGEST) {
                digests += digest(slot);
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
        digestsSeen = digests;
        return rate(done, elapsed);
    }

    private double measureRows(RawWork work, long durationNs) {
        RawRows places = Objects.requireNonNull(rows, "there are no rows to gather or scatter");
        long rowsPerStep = Math.max(1, STEP_BYTES / places.rowBytes());
        long stepBytes = rowsPerStep * places.rowBytes();
        long slotAt = 0;
        long row = 0;
        long done = 0;
        long started = System.nanoTime();
        long elapsed = 0;
        while (elapsed < durationNs) {
            long step = Math.min(rowsPerStep, places.rows() - row);
            if (slotAt + stepBytes > slots.lengthBytes()) {
                slotAt = 0;
            }
            ByteBuffer dense = memory.hostView(slots.slice(slotAt, step * places.rowBytes()));
            for (int i = 0; i < step; i++) {
                if (work == RawWork.GATHER) {
                    places.gather(row + i, dense, i * places.rowBytes());
                } else {
                    places.scatter(row + i, dense, i * places.rowBytes());
                }
            }
            done += step * places.rowBytes();
            row = (row + step) % places.rows();
            slotAt += stepBytes;
            elapsed = System.nanoTime() - started;
        }
        return rate(done, elapsed);
    }

    private long digest(Span slot) {
        LongBuffer words = memory.hostView(slot).asLongBuffer();
        return Digest.ofWords(words, 0, words.limit() / 2 * 2, 0);
    }

    private static double rate(long bytes, long nanos) {
        return bytes / GIB / ((double) nanos / TimeUnit.SECONDS.toNanos(1));
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
