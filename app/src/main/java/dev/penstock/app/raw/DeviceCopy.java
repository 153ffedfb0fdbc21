// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.SegmentList;
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

    private static final int DEPTH = 4;

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
    Moved measure(RawWork work, RawCopy.Direction direction, long durationNs) {
        Place place = new Place();
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            requests.add(new Request());
        }
        long started = System.nanoTime();
        boolean working = true;
        while (working) {
            boolean timeLeft = System.nanoTime() - started < durationNs;
            working = timeLeft;
            for (Request request : requests) {
                if (request.failure != null) {
                    throw request.failure;
                }
                if (timeLeft && !request.busy) {
                    place.done += begin(work, direction, place, request);
                }
                working |= request.busy;
            }
            memory.poll(Integer.MAX_VALUE);
        }
        return new Moved(place.done, System.nanoTime() - started);
    }

    /**
     * What a measurement did.
     *
     * @param bytes of payload
     * @param nanos that it took
     */
    record Moved(long bytes, long nanos) {}

    /** How far a measurement has come. */
    private static final class Place {
        private long objectAt;
        private long slotAt;
        private long chunk;
        private long done;
    }

    private static final class Request implements Completion {
        private final SegmentList segments = new SegmentList(1);
        private boolean busy;
        private @Nullable KvTransferException failure;

        @Override
        public void completed() {
            busy = false;
        }

        @Override
        public void failed(KvTransferException cause) {
            busy = false;
            failure = cause;
        }
    }

    private long begin(RawWork work, RawCopy.Direction direction, Place place, Request request) {
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
        request.segments.clear();
        request.segments.add(from.region(), from.offsetBytes(), to.region(), to.offsetBytes(), step, 0);
        request.busy = true;
        memory.submit(work == RawWork.DIGEST ? CopyMode.DIGEST : CopyMode.COPY, request.segments, request);
        return step;
    }

    private long beginRows(RawWork work, Place place, Request request) {
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
        } while (begun + places.chunkBytes() <= Math.min(STEP_BYTES, slots.lengthBytes() / DEPTH)
                && pieces.size() < places.chunks());
        request.busy = true;
        if (work == RawWork.GATHER) {
            places.mover().submitGather(pieces, new long[0], request);
        } else {
            places.mover().submitScatter(pieces, new long[0], request);
        }
        return begun;
    }
}
