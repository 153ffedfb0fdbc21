// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A block of host memory that was mapped for transfers: one address range, page-aligned, of any length. */
final class MappedRegion implements HostRegion {
    private enum State {
        OPEN,
        CLOSED,
        QUARANTINED
    }

    private final Libc libc;
    private final long address;
    private final long lengthBytes;
    private final long mappedBytes;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** Takes over the mapping, whose length is that of whole pages. */
    MappedRegion(Libc libc, long address, long lengthBytes, long mappedBytes) {
        this.libc = libc;
        this.address = address;
        this.lengthBytes = lengthBytes;
        this.mappedBytes = mappedBytes;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public long nativeAddress() {
        return address;
    }

    @Override
    public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        if (windowLengthBytes > MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "a window of " + windowLengthBytes + " bytes; at most " + MAX_WINDOW_BYTES);
        }
        Objects.checkFromIndexSize(offsetBytes, windowLengthBytes, lengthBytes);
        if (state.get() != State.OPEN) {
            throw new IllegalStateException("the region was closed");
        }
        return libc.view(address + offsetBytes, windowLengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A write may still read it, for ever: {@link #close} will leave the memory where it is. */
    void quarantine() {
        state.compareAndSet(State.OPEN, State.QUARANTINED);
    }

    @Override
    public void close() {
        if (state.compareAndSet(State.OPEN, State.CLOSED)) {
            int result = libc.munmap(address, mappedBytes);
            if (result != 0) {
                throw new IllegalStateException("munmap of " + mappedBytes + " bytes failed: errno " + -result);
            }
        }
    }
}
