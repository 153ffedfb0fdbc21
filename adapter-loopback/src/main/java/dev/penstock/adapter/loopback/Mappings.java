// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The mappings of one file, undone together and at once: memory of several GiB can't wait for a garbage collection that
 * sees no reason to run.
 */
interface Mappings extends AutoCloseable {
    /** Maps a part of a file of less than 2 GiB, for reading and writing. */
    ByteBuffer map(FileChannel file, long offsetBytes, long lengthBytes) throws IOException;

    /** Undoes all mappings. Once only. */
    @Override
    void close();

    /** No mappings yet; undone in the way of the running JVM. */
    static Mappings open() {
        return Runtime.version().feature() >= ArenaMappings.FIRST_RELEASE ? new ArenaMappings() : new CleanedMappings();
    }
}
