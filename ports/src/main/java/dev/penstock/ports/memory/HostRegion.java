// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.nio.ByteBuffer;

/**
 * A block of host memory, of any size, that can be read and written through windows.
 *
 * <p>Closing it gives the memory back; a window used afterwards may crash the JVM, so whoever closes it must know that no
 * window is in use. {@link Memory} is that owner for all regions it hands out.
 */
public interface HostRegion extends AutoCloseable {
    /** The value of {@link #nativeAddress()} where Java can't know it. */
    long NO_ADDRESS = 0;

    /**
     * The longest window, 1 GiB. A block may be made of several mappings, which no one buffer spans; mappings that overlap
     * by this much serve every window of up to this length, wherever it begins.
     */
    int MAX_WINDOW_BYTES = 1 << 30;

    /** How many bytes there are. */
    long lengthBytes();

    /**
     * Where the block begins in this process, or {@link #NO_ADDRESS}. Only where an address is known is the block promised
     * to be one contiguous address range.
     */
    long nativeAddress();

    /**
     * A view of a part, little-endian, position 0, limit and capacity {@code windowLengthBytes}. Writes through it are
     * writes to the block. Any thread may call.
     *
     * @throws IndexOutOfBoundsException if the part is not within the block
     * @throws IllegalArgumentException if the part is longer than {@link #MAX_WINDOW_BYTES}
     * @throws IllegalStateException after close
     */
    ByteBuffer window(long offsetBytes, int windowLengthBytes);

    /** Gives the memory back. Idempotent. */
    @Override
    void close();
}
