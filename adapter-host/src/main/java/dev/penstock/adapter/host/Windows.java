// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;

/**
 * The windows of one region, made once, so that moving bytes needs no new buffers. They overlap by half: every run of up to
 * {@link #MAX_RUN_BYTES} is within the window of its first byte. Only absolute accesses, so any thread may use them.
 */
final class Windows {
    /** The longest run of bytes that is sure to be within one window. */
    static final int MAX_RUN_BYTES = HostRegion.MAX_WINDOW_BYTES / 2;

    private static final int SHIFT = Integer.numberOfTrailingZeros(MAX_RUN_BYTES);

    private final ByteBuffer[] windows;

    Windows(HostRegion block) {
        long length = block.lengthBytes();
        windows = new ByteBuffer[Math.toIntExact((length >>> SHIFT) + 1)];
        for (int i = 0; i < windows.length; i++) {
            long from = (long) i << SHIFT;
            windows[i] = block.window(from, (int) Math.min(length - from, HostRegion.MAX_WINDOW_BYTES));
        }
    }

    /** The window that holds the run that begins at this offset of the region. */
    ByteBuffer window(long offsetBytes) {
        return windows[(int) (offsetBytes >>> SHIFT)];
    }

    /** Where in its window an offset of the region is. */
    static int index(long offsetBytes) {
        return (int) offsetBytes & (MAX_RUN_BYTES - 1);
    }
}
