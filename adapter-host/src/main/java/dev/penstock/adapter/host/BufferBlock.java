// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * A block made of buffers that overlap: buffer {@code i} begins {@code i * MAX_WINDOW_BYTES} after the block's start and
 * reaches twice as far as that, less one byte, or to the end. So every window lies in the buffer of its first byte.
 */
final class BufferBlock implements HostRegion {
    private final long lengthBytes;
    private final List<ByteBuffer> buffers;
    private final List<ByteBuffer> owned;
    private volatile boolean closed;

    /**
     * Takes over the buffers.
     *
     * @param buffers what the block is read and written through
     * @param owned what is to be released in the end; the buffers, or what they are slices of
     */
    BufferBlock(long lengthBytes, List<ByteBuffer> buffers, List<ByteBuffer> owned) {
        this.lengthBytes = lengthBytes;
        this.buffers = List.copyOf(buffers);
        this.owned = List.copyOf(owned);
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
            throw new IllegalArgumentException("a window of " + windowLengthBytes + " bytes; the longest is "
                    + MAX_WINDOW_BYTES);
        }
        // The last buffer also holds what would begin the next one: an empty window at the very end.
        int index = (int) Math.min(offsetBytes / MAX_WINDOW_BYTES, buffers.size() - 1L);
        int at = (int) (offsetBytes - (long) index * MAX_WINDOW_BYTES);
        return buffers.get(index).slice(at, windowLengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            BufferReleaser.release(owned);
        }
    }
}
