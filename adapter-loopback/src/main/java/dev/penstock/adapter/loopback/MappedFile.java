// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.ports.memory.HostRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file in memory, of any size, shared by those who hold a reference and unmapped when the last one lets go.
 *
 * <p>One buffer spans less than 2 GiB. So a buffer of 1.5 GiB begins at each multiple of 512 MiB, and any window of up to
 * {@link HostRegion#MAX_WINDOW_BYTES} lies within one of them.
 */
final class MappedFile {
    private static final int STRIDE_SHIFT = 29;
    private static final long STRIDE_BYTES = 1L << STRIDE_SHIFT;
    // Less than 2^31 - 8, which is the longest buffer that a memory segment can be seen as.
    private static final long BUFFER_BYTES = STRIDE_BYTES + HostRegion.MAX_WINDOW_BYTES;

    private final Path path;
    private final long lengthBytes;
    private final Mappings mappings;
    private final ByteBuffer[] windows;
    private final AtomicInteger references = new AtomicInteger(1);

    private MappedFile(Path path, long lengthBytes, Mappings mappings, ByteBuffer[] windows) {
        this.path = path;
        this.lengthBytes = lengthBytes;
        this.mappings = mappings;
        this.windows = windows;
    }

    /**
     * Creates a file of zeros whose space is really taken. The caller holds the one reference.
     *
     * @throws IOException if it exists or doesn't fit; a file that was begun remains
     */
    static MappedFile create(Path path, long lengthBytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, Set.of(CREATE_NEW, READ, WRITE), SharedFiles.ownerOnlyFile())) {
            SharedFiles.takeSpace(channel, lengthBytes);
            return map(path, channel, lengthBytes);
        }
    }

    /**
     * Maps a file that exists. The caller holds the one reference.
     *
     * @throws IOException if there is none, or not of that length: memory behind a file's end is a SIGBUS
     */
    static MappedFile open(Path path, long lengthBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, READ, WRITE, NOFOLLOW_LINKS)) {
            if (channel.size() != lengthBytes) {
                throw new IOException(path + " has " + channel.size() + " bytes, not " + lengthBytes);
            }
            return map(path, channel, lengthBytes);
        }
    }

    private static MappedFile map(Path path, FileChannel channel, long lengthBytes) throws IOException {
        long behindFirst = Math.max(0, lengthBytes - BUFFER_BYTES);
        ByteBuffer[] windows = new ByteBuffer[1 + Math.toIntExact((behindFirst + STRIDE_BYTES - 1) / STRIDE_BYTES)];
        Mappings mappings = Mappings.open();
        boolean mapped = false;
        try {
            for (int i = 0; i < windows.length; i++) {
                long start = i * STRIDE_BYTES;
                windows[i] = mappings.map(channel, start, Math.min(lengthBytes - start, BUFFER_BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
            mapped = true;
            return new MappedFile(path, lengthBytes, mappings, windows);
        } finally {
            if (!mapped) {
                mappings.close();
            }
        }
    }

    Path path() {
        return path;
    }

    long lengthBytes() {
        return lengthBytes;
    }

    /** The whole of a file that is no longer than a window. */
    ByteBuffer whole() {
        return windows[0];
    }

    /** A view of a part. The caller checks the bounds. */
    ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        int window = windowOf(offsetBytes);
        return windows[window]
                .slice(inWindow(offsetBytes, window), windowLengthBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Copies the buffer's remaining bytes, at most 1 GiB, to a place in the file. The caller checks the bounds. */
    void put(long offsetBytes, ByteBuffer source) {
        int window = windowOf(offsetBytes);
        windows[window].put(inWindow(offsetBytes, window), source, source.position(), source.remaining());
    }

    private int windowOf(long offsetBytes) {
        return (int) Math.min(offsetBytes >>> STRIDE_SHIFT, windows.length - 1);
    }

    private static int inWindow(long offsetBytes, int window) {
        return (int) (offsetBytes - window * STRIDE_BYTES);
    }

    /** Takes one more reference. The caller holds one already. */
    MappedFile retain() {
        references.incrementAndGet();
        return this;
    }

    /** Lets go of one reference. */
    void release() {
        if (references.decrementAndGet() == 0) {
            mappings.close();
        }
    }
}
