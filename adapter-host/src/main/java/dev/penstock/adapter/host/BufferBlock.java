// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * A block made of buffers that overlap: buffer {@code i} begins {@code i * STRIDE_BYTES} after the block's start and is
 * {@link #SPAN_BYTES} long, or reaches to the end. So every window lies in one buffer, wherever it begins.
 */
final class BufferBlock implements HostRegion {
    /** The distance between the beginnings of two buffers. */
    static final int STRIDE_BYTES = MAX_WINDOW_BYTES / 2;
    /** The length of each buffer but those at the end. */
    static final int SPAN_BYTES = STRIDE_BYTES + MAX_WINDOW_BYTES;

    private final long lengthBytes;
    private final List<ByteBuffer> buffers;
    private final Pages pages;
    private volatile boolean closed;

    /** Takes over the pages, of which the buffers are. */
    BufferBlock(long lengthBytes, List<ByteBuffer> buffers, Pages pages) {
        this.lengthBytes = lengthBytes;
        this.buffers = List.copyOf(buffers);
        this.pages = pages;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public long nativeAddress() {
        return NO_ADDRESS;
    }

    @Override
    public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        if (closed) {
            throw new IllegalStateException("the block is closed");
        }
        Objects.checkFromIndexSize(offsetBytes, windowLengthBytes, lengthBytes);
        if (windowLengthBytes > MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "a window of " + windowLengthBytes + " bytes; the longest is " + MAX_WINDOW_BYTES);
        }
        // Buffers after the first one that reaches the end are not needed.
        int index = (int) Math.min(offsetBytes / STRIDE_BYTES, buffers.size() - 1L);
        int at = (int) (offsetBytes - (long) index * STRIDE_BYTES);
        return buffers.get(index).slice(at, windowLengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            pages.close();
        }
    }
}
