// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a memory busy for a time, with several requests at once and nothing between them: as fast as it goes. For the loop's
 * thread, to which the memory belongs.
 */
public final class BusyMemory {
    /** Requests at a time. */
    public static final int DEPTH = 4;

    private BusyMemory() {}

    /** One request; used again when it has ended. */
    public static final class Request implements Completion {
        private final SegmentList segments = new SegmentList(1);
        private boolean busy;
        private @Nullable KvTransferException failure;

        /** Begins to copy, or to digest, one span. */
        public void submit(Memory memory, CopyMode mode, Span from, Span to) {
            segments.clear();
            segments.add(from.region(), from.offsetBytes(), to.region(), to.offsetBytes(), from.lengthBytes(), 0);
            memory.submit(mode, segments, begun());
        }

        /** What is to be told when something else ends that is begun now. */
        public Completion begun() {
            busy = true;
            return this;
        }

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

    /**
     * What was done.
     *
     * @param bytes of payload
     * @param nanos that it took
     */
    public record Moved(long bytes, long nanos) {}

    /**
     * Works for about as long as it is told.
     *
     * @param begin begins something with a request that has ended, and says how many bytes it moves
     * @throws KvTransferException if a request fails; others may be under way
     */
    public static Moved keep(Memory memory, long durationNs, ToLongFunction<Request> begin) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            requests.add(new Request());
        }
        long bytes = 0;
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
                    bytes += begin.applyAsLong(request);
                }
                working |= request.busy;
            }
            memory.poll(Integer.MAX_VALUE);
        }
        return new Moved(bytes, System.nanoTime() - started);
    }
}
