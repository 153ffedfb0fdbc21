// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
    private final long longestBufferBytes;
    private final Path directory;

    /** Memory of this host. */
    public DirectRegions() {
        this(Integer.MAX_VALUE - Pages.ALIGNMENT_BYTES, fileDirectory());
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
        Pages pages = Pages.open();
        try {
            // Zeroed by the JDK, so the pages are there.
            return new BufferBlock(lengthBytes, List.of(pages.allocate(lengthBytes)), pages);
        } catch (OutOfMemoryError e) {
            pages.close();
            throw full(lengthBytes, "raise -XX:MaxDirectMemorySize", e);
        }
    }

    private HostRegion mapped(long lengthBytes) {
        Pages pages = Pages.open();
        List<ByteBuffer> mappings = new ArrayList<>();
        try (FileChannel file = namelessFile()) {
            fill(file, lengthBytes);
            for (long at = 0; at < lengthBytes; at += BufferBlock.STRIDE_BYTES) {
                mappings.add(pages.map(file, at, (int) Math.min(lengthBytes - at, BufferBlock.SPAN_BYTES)));
            }
            return new BufferBlock(lengthBytes, mappings, pages);
        } catch (IOException e) {
            pages.close();
            throw full(lengthBytes, "no file of that size could be made in " + directory, e);
        }
    }

    private FileChannel namelessFile() throws IOException {
        Path file = Files.createTempFile(directory, "penstock-", ".region");
        try {
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(file);
        }
    }

    /** Writes the whole file: a write to a full file system fails, where a store into a mapping would end the JVM. */
    private static void fill(FileChannel file, long lengthBytes) throws IOException {
        ByteBuffer zeros = ByteLoops.zeros();
        for (long at = 0; at < lengthBytes; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), lengthBytes - at));
            at += file.write(zeros, at);
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
