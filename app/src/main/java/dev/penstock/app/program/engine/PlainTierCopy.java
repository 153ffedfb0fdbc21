// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.raw.BusyMemory;
import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Copies whole pages between two tiers with nothing else going on, as fast as the memory does: what the tiers themselves are
 * compared with. It overwrites the pages. For the loop's thread.
 */
final class PlainTierCopy {
    private static final long DURATION_NS = TimeUnit.MILLISECONDS.toNanos(500);
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

    private double measure(PagePool from, PagePool to) {
        AtomicInteger next = new AtomicInteger();
        BusyMemory.Moved moved = BusyMemory.keep(memory, DURATION_NS, request -> {
            int page = next.getAndIncrement();
            Span source = from.span(page % from.geometry().pages());
            request.submit(
                    memory, CopyMode.COPY, source, to.span(page % to.geometry().pages()));
            return source.lengthBytes();
        });
        return moved.bytes() / GIB / moved.nanos() * TimeUnit.SECONDS.toNanos(1);
    }
}
