// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/** Blocks of memory that peers can map: files in the endpoint's directory. Any thread may call. */
final class SharedRegions implements HostRegions {
    private static final String PREFIX = "region-";
    private static final String OPERATION = "allocate shared memory";

    private final Path directory;
    private final AtomicInteger nextNumber = new AtomicInteger();
    private volatile boolean closed;

    SharedRegions(Path directory) {
        this.directory = directory;
    }

    /** The file of a region, in its owner's directory. */
    static Path file(Path ownerDirectory, int number) {
        return ownerDirectory.resolve(PREFIX + number);
    }

    /** The number of a block that was allocated here, or empty if it came from elsewhere: then peers can't map it. */
    OptionalInt fileNumber(HostRegion block) {
        if (block instanceof SharedRegion region) {
            Path file = region.file().path();
            if (directory.equals(file.getParent())) {
                return OptionalInt.of(
                        Integer.parseInt(file.getFileName().toString().substring(PREFIX.length())));
            }
        }
        return OptionalInt.empty();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException after the transport was closed
     */
    @Override
    public HostRegion allocate(long lengthBytes) {
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a region has a positive length, not " + lengthBytes);
        }
        if (closed) {
            throw new IllegalStateException("the transport was closed");
        }
        // Asking first spares the host from being filled to the brim by a request that can't be met anyway.
        long available = availableBytes();
        if (lengthBytes > available) {
            throw SharedFiles.noRoom(OPERATION, lengthBytes, available, directory, null);
        }
        Path file = file(directory, nextNumber.getAndIncrement());
        try {
            return new SharedRegion(
                    MappedFile.create(file, lengthBytes),
                    region -> SharedFiles.deleteQuietly(region.file().path()));
        } catch (IOException e) {
            SharedFiles.deleteQuietly(file);
            throw SharedFiles.noRoom(OPERATION, lengthBytes, availableBytes(), directory, e);
        }
    }

    @Override
    public long availableBytes() {
        return SharedFiles.availableBytes(directory);
    }

    /** Ends allocation; blocks that are out stay usable. */
    void close() {
        closed = true;
    }
}
