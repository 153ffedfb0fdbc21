// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import java.nio.ByteBuffer;

/**
 * Anonymous memory of this process, page by page there when it is handed out, on huge pages where the host allows: copies
 * from process to process are up to twice as fast on them, since the kernel looks up each page. Any thread may call.
 */
final class MappedRegions implements HostRegions {
    private static final String OPERATION = "allocate host memory";
    private static final long PAGE_BYTES = 4096;
    private static final long HUGE_PAGE_BYTES = 2L << 20;
    private static final long MAX_BYTES = 1L << 46;

    private final Libc libc;
    private volatile boolean closed;

    MappedRegions(Libc libc) {
        this.libc = libc;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException after the transport was closed
     */
    @Override
    public HostRegion allocate(long lengthBytes) {
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a region has a positive length, not " + lengthBytes);
        }
        if (closed) {
            throw new IllegalStateException("the transport was closed");
        }
        // Asked before the pages are touched: whoever touches more than there is gets killed, not refused.
        if (lengthBytes > Math.min(availableBytes(), MAX_BYTES)) {
            throw full(lengthBytes, "the host has no more", 0);
        }
        boolean huge = lengthBytes >= HUGE_PAGE_BYTES;
        long mappedBytes = roundUp(lengthBytes, PAGE_BYTES);
        long address = huge ? mapAligned(mappedBytes) : map(mappedBytes);
        if (huge) {
            // Where the host has none to give, normal pages do.
            libc.madvise(address, mappedBytes, NixlAbi.MADV_HUGEPAGE);
        }
        populate(address, mappedBytes);
        return new MappedRegion(libc, address, lengthBytes, mappedBytes);
    }

    /** Maps more than is needed and cuts off both ends, so that huge pages fit from the first byte. */
    private long mapAligned(long lengthBytes) {
        long slack = HUGE_PAGE_BYTES - PAGE_BYTES;
        long begin = map(lengthBytes + slack);
        long aligned = roundUp(begin, HUGE_PAGE_BYTES);
        long before = aligned - begin;
        if (before > 0) {
            libc.munmap(begin, before);
        }
        if (slack > before) {
            libc.munmap(aligned + lengthBytes, slack - before);
        }
        return aligned;
    }

    private long map(long lengthBytes) {
        long address = libc.mmap(0, lengthBytes, NixlAbi.PROT_READ_WRITE, NixlAbi.MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (address < 0) {
            throw full(lengthBytes, "mmap refused", (int) -address);
        }
        return address;
    }

    private void populate(long address, long lengthBytes) {
        int result = libc.madvise(address, lengthBytes, NixlAbi.MADV_POPULATE_WRITE);
        if (result == -NixlAbi.EINVAL) {
            touch(address, lengthBytes);
        } else if (result != 0) {
            libc.munmap(address, lengthBytes);
            throw full(lengthBytes, "its pages can't be found", -result);
        }
    }

    /** For kernels before 5.14. */
    private void touch(long address, long lengthBytes) {
        for (long done = 0; done < lengthBytes; done += HostRegion.MAX_WINDOW_BYTES) {
            int length = (int) Math.min(HostRegion.MAX_WINDOW_BYTES, lengthBytes - done);
            ByteBuffer window = libc.view(address + done, length);
            for (int at = 0; at < length; at += (int) PAGE_BYTES) {
                window.put(at, (byte) 0);
            }
        }
    }

    @Override
    public long availableBytes() {
        return HostRoom.availableBytes();
    }

    /** Ends allocation; blocks that are out stay usable. */
    void close() {
        closed = true;
    }

    private KvTransferException full(long lengthBytes, String why, int errno) {
        return new KvTransferException(
                FailureKind.CAPACITY,
                OPERATION,
                lengthBytes + " bytes were asked for and " + availableBytes() + " are free: " + why
                        + ". Ask for less, or free memory of the host or of its control group",
                errno,
                null);
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
