// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Copies whole pages between two tiers with nothing else going on, as fast as the memory does: what the tiers themselves are
 * compared with. It overwrites the pages. For the loop's thread.
 */
final class PlainTierCopy {
    private static final long DURATION_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int DEPTH = 4;
    private static final double GIB = 1L << 30;

    private final Memory memory;
    private final PagePool upper;
    private final PagePool host;

    PlainTierCopy(Memory memory, PagePool upper, PagePool host) {
        this.memory = memory;
        this.upper = upper;
        this.host = host;
    }

    /** GiB per second from the upper tier to host memory. */
    double down() {
        return measure(upper, host);
    }

    /** GiB per second from host memory to the upper tier. */
    double up() {
        return measure(host, upper);
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

    private double measure(PagePool from, PagePool to) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            requests.add(new Request());
        }
        long bytes = 0;
        int page = 0;
        long started = System.nanoTime();
        boolean working = true;
        while (working) {
            boolean timeLeft = System.nanoTime() - started < DURATION_NS;
            working = timeLeft;
            for (Request request : requests) {
                if (request.failure != null) {
                    throw request.failure;
                }
                if (timeLeft && !request.busy) {
                    bytes += begin(
                            request,
                            from.span(page % from.geometry().pages()),
                            to.span(page % to.geometry().pages()));
                    page++;
                }
                working |= request.busy;
            }
            memory.poll(Integer.MAX_VALUE);
        }
        return bytes / GIB / (System.nanoTime() - started) * TimeUnit.SECONDS.toNanos(1);
    }

    private long begin(Request request, Span from, Span to) {
        request.segments.clear();
        request.segments.add(from.region(), from.offsetBytes(), to.region(), to.offsetBytes(), from.lengthBytes(), 0);
        request.busy = true;
        memory.submit(CopyMode.COPY, request.segments, request);
        return from.lengthBytes();
    }
}
