// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Buffers of one block, given back together and at once.
 *
 * <p>By itself a buffer gives its memory back when the garbage collector finds it unreachable. Blocks of many GiB can't wait
 * for that: the heap sees a few bytes of them and no reason to collect.
 */
interface Pages extends AutoCloseable {
    /** The alignment of what {@link #allocate} returns. */
    int ALIGNMENT_BYTES = 4096;

    /**
     * A new buffer of zeros, aligned to a page.
     *
     * @throws OutOfMemoryError if the host, or the JVM's limit, has no room
     */
    ByteBuffer allocate(int lengthBytes);

    /** A mapping of a part of a file, for reading and writing. */
    ByteBuffer map(FileChannel file, long offsetBytes, int lengthBytes) throws IOException;

    /** Gives all buffers back. To be called once. */
    @Override
    void close();

    /** No buffers yet; released in the way of the running JVM. */
    static Pages open() {
        return Runtime.version().feature() >= ArenaPages.FIRST_RELEASE ? new ArenaPages() : new CleanedPages();
    }
}
