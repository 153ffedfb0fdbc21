// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Private memory of this process, for nodes whose transport brings none of its own.
 *
 * <p>A block of up to 2 GiB less a page is one direct buffer; the JVM's limit for all of them together is set by {@code
 * -XX:MaxDirectMemorySize} and is the size of the heap unless told otherwise. A longer block is a nameless file of the
 * shared memory file system, or of the directory for temporary files where there is none, since no buffer is that long.
 *
 * <p>Any thread may call.
 */
public final class DirectRegions implements HostRegions {
    private static final int PAGE_BYTES = 4096;
    private static final int FILL_BYTES = 1 << 20;

    private final long longestBufferBytes;
    private final Path directory;

    /** Memory of this host. */
    public DirectRegions() {
        this(Integer.MAX_VALUE - PAGE_BYTES, fileDirectory());
    }

    /** As {@link #DirectRegions()}, with blocks that are longer than {@code longestBufferBytes} in {@code directory}. */
    DirectRegions(int longestBufferBytes, Path directory) {
        this.longestBufferBytes = longestBufferBytes;
        this.directory = directory;
    }

    @Override
    public HostRegion allocate(long lengthBytes) {
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a block of " + lengthBytes + " bytes");
        }
        // Asked before the pages are touched: whoever touches more than there is gets killed, not refused.
        if (lengthBytes > availableBytes()) {
            throw full(lengthBytes, "the host has no more", null);
        }
        return lengthBytes <= longestBufferBytes ? direct((int) lengthBytes) : mapped(lengthBytes);
    }

    @Override
    public long availableBytes() {
        return AvailableMemory.bytes();
    }

    private HostRegion direct(int lengthBytes) {
        ByteBuffer whole;
        try {
            whole = ByteBuffer.allocateDirect(lengthBytes + PAGE_BYTES);
        } catch (OutOfMemoryError e) {
            throw full(lengthBytes, "raise -XX:MaxDirectMemorySize", e);
        }
        // Zeroed by the JDK, so the pages are there.
        ByteBuffer aligned = whole.alignedSlice(PAGE_BYTES).slice(0, lengthBytes);
        return new BufferBlock(lengthBytes, List.of(aligned), List.of(whole));
    }

    private HostRegion mapped(long lengthBytes) {
        List<ByteBuffer> mappings = new ArrayList<>();
        try {
            Path file = Files.createTempFile(directory, "penstock-", ".region");
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Files.delete(file);
                fill(channel, lengthBytes);
                for (long at = 0; at < lengthBytes; at += HostRegion.MAX_WINDOW_BYTES) {
                    mappings.add(channel.map(MapMode.READ_WRITE, at, Math.min(lengthBytes - at, Integer.MAX_VALUE)));
                }
            }
        } catch (IOException e) {
            BufferReleaser.release(mappings);
            throw full(lengthBytes, "the file of the block in " + directory + " could not be made: " + e.getMessage(), e);
        }
        return new BufferBlock(lengthBytes, mappings, mappings);
    }

    /** Writes the whole file: a write to a full file system fails, where a store into a mapping would end the JVM. */
    private static void fill(FileChannel channel, long lengthBytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(FILL_BYTES, lengthBytes));
        try {
            for (long at = 0; at < lengthBytes; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), lengthBytes - at));
                at += channel.write(zeros, at);
            }
        } finally {
            BufferReleaser.release(List.of(zeros));
        }
    }

    private static Path fileDirectory() {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir", "."));
    }

    private KvTransferException full(long lengthBytes, String why, @Nullable Throwable cause) {
        return new KvTransferException(
                FailureKind.CAPACITY,
                "allocate host memory",
                lengthBytes + " bytes were asked for and " + availableBytes() + " are free: " + why,
                cause);
    }
}
