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
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file in memory, of any size, shared by those who hold a reference and unmapped when the last one lets go.
 *
 * <p>One buffer spans less than 2 GiB. So there is a mapping from each multiple of 1 GiB, as long as a buffer can be, and
 * any window of up to {@link HostRegion#MAX_WINDOW_BYTES} lies within one of them.
 */
final class MappedFile {
    private static final int STRIDE_SHIFT = 30;
    private static final long STRIDE_BYTES = HostRegion.MAX_WINDOW_BYTES;

    private final Path path;
    private final long lengthBytes;
    private final ByteBuffer[] mappings;
    private final AtomicInteger references = new AtomicInteger(1);

    private MappedFile(Path path, long lengthBytes, ByteBuffer[] mappings) {
        this.path = path;
        this.lengthBytes = lengthBytes;
        this.mappings = mappings;
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
        long behindFirst = Math.max(0, lengthBytes - Integer.MAX_VALUE);
        ByteBuffer[] mappings = new ByteBuffer[1 + Math.toIntExact((behindFirst + STRIDE_BYTES - 1) / STRIDE_BYTES)];
        int mapped = 0;
        try {
            while (mapped < mappings.length) {
                long start = mapped * STRIDE_BYTES;
                mappings[mapped] = channel.map(
                                MapMode.READ_WRITE, start, Math.min(lengthBytes - start, Integer.MAX_VALUE))
                        .order(ByteOrder.LITTLE_ENDIAN);
                mapped++;
            }
            return new MappedFile(path, lengthBytes, mappings);
        } finally {
            if (mapped < mappings.length) {
                for (int i = 0; i < mapped; i++) {
                    Unmapper.unmap(mappings[i]);
                }
            }
        }
    }

    Path path() {
        return path;
    }

    long lengthBytes() {
        return lengthBytes;
    }

    /** The whole of a file that is shorter than 2 GiB. */
    ByteBuffer whole() {
        return mappings[0];
    }

    /** A view of a part. The caller checks the bounds. */
    ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        int mapping = mappingOf(offsetBytes);
        return mappings[mapping]
                .slice(inMapping(offsetBytes, mapping), windowLengthBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Copies the buffer's remaining bytes, at most a window's, to a place in the file. The caller checks the bounds. */
    void put(long offsetBytes, ByteBuffer source) {
        int mapping = mappingOf(offsetBytes);
        mappings[mapping].put(inMapping(offsetBytes, mapping), source, source.position(), source.remaining());
    }

    private int mappingOf(long offsetBytes) {
        return (int) Math.min(offsetBytes >>> STRIDE_SHIFT, mappings.length - 1);
    }

    private static int inMapping(long offsetBytes, int mapping) {
        return (int) (offsetBytes - mapping * STRIDE_BYTES);
    }

    /** Takes one more reference. The caller holds one already. */
    MappedFile retain() {
        references.incrementAndGet();
        return this;
    }

    /** Lets go of one reference. */
    void release() {
        if (references.decrementAndGet() == 0) {
            for (ByteBuffer mapping : mappings) {
                Unmapper.unmap(mapping);
            }
        }
    }
}
