// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link RawCopy} for memory that only its own device touches: requests as long as the largest slots, several at a time, and
 * nothing between them. For the loop's thread, to which the memory belongs.
 */
final class DeviceCopy {
    /** A slot that keeps a GPU busy for longer than it takes to ask for the next one. */
    private static final long STEP_BYTES = 128L << 20;

    private final Memory memory;
    private final KvPattern pattern;
    private final Span objects;
    private final Span slots;
    private final @Nullable RawRows rows;

    DeviceCopy(Memory memory, KvPattern pattern, Span objects, Span slots, @Nullable RawRows rows) {
        this.memory = memory;
        this.pattern = pattern;
        this.objects = objects;
        this.slots = slots;
        this.rows = rows;
    }

    /**
     * Works for about as long as it is told.
     *
     * @throws KvTransferException if a request fails; others may be under way
     */
    BusyMemory.Moved measure(RawWork work, RawCopy.Direction direction, long durationNs) {
        Place place = new Place();
        return BusyMemory.keep(memory, durationNs, request -> {
            long bytes = begin(work, direction, place, request);
            place.done += bytes;
            return bytes;
        });
    }

    /** How far a measurement has come. */
    private static final class Place {
        private long objectAt;
        private long slotAt;
        private long chunk;
        private long done;
    }

    private long begin(RawWork work, RawCopy.Direction direction, Place place, BusyMemory.Request request) {
        if (work == RawWork.GATHER || work == RawWork.SCATTER) {
            return beginRows(work, place, request);
        }
        long step = Math.min(
                STEP_BYTES, Math.min(objects.lengthBytes() - place.objectAt, slots.lengthBytes() - place.slotAt));
        Span object = objects.slice(place.objectAt, step);
        Span slot = slots.slice(place.slotAt, step);
        place.objectAt = (place.objectAt + step) % objects.lengthBytes();
        place.slotAt = (place.slotAt + step) % slots.lengthBytes();
        boolean in = direction == RawCopy.Direction.IN;
        if (work == RawWork.FILL) {
            pattern.fill(in ? slot : object, place.done);
            return step;
        }
        Span from = in && work != RawWork.DIGEST ? object : slot;
        Span to = in ? slot : object;
        request.submit(memory, work == RawWork.DIGEST ? CopyMode.DIGEST : CopyMode.COPY, from, to);
        return step;
    }

    private long beginRows(RawWork work, Place place, BusyMemory.Request request) {
        RawRows places = Objects.requireNonNull(rows, "there are no rows to gather or scatter");
        List<PagedPiece> pieces = new ArrayList<>();
        long begun = 0;
        do {
            if (place.slotAt + places.chunkBytes() > slots.lengthBytes()) {
                place.slotAt = 0;
            }
            pieces.add(places.chunk(place.chunk, slots.slice(place.slotAt, places.chunkBytes())));
            place.slotAt += places.chunkBytes();
            place.chunk = (place.chunk + 1) % places.chunks();
            begun += places.chunkBytes();
            // Not one chunk twice in a request: two rows at one place would only compete.
        } while (begun + places.chunkBytes() <= Math.min(STEP_BYTES, slots.lengthBytes() / BusyMemory.DEPTH)
                && pieces.size() < places.chunks());
        Completion ended = request.begun();
        if (work == RawWork.GATHER) {
            places.mover().submitGather(pieces, new long[0], ended);
        } else {
            places.mover().submitScatter(pieces, new long[0], ended);
        }
        return begun;
    }
}
