// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A block of shared memory: one of this process, or a peer's that is mapped here too.
 *
 * <p>It may be closed in any order at the two sides. The file's name goes with its owner, the memory with the last mapping.
 */
final class SharedRegion implements HostRegion {
    private final MappedFile file;
    private final Consumer<SharedRegion> onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Takes over a reference to the file.
     *
     * @param onClose called once, before the memory goes
     */
    SharedRegion(MappedFile file, Consumer<SharedRegion> onClose) {
        this.file = file;
        this.onClose = onClose;
    }

    @Override
    public long lengthBytes() {
        return file.lengthBytes();
    }

    @Override
    public long nativeAddress() {
        return NO_ADDRESS;
    }

    @Override
    public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        if (windowLengthBytes > MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "a window of " + windowLengthBytes + " bytes; at most " + MAX_WINDOW_BYTES);
        }
        Objects.checkFromIndexSize(offsetBytes, windowLengthBytes, file.lengthBytes());
        if (closed.get()) {
            throw new IllegalStateException("the region was closed");
        }
        return file.window(offsetBytes, windowLengthBytes);
    }

    /** The file that the bytes are in. */
    MappedFile file() {
        return file;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(this);
            file.release();
        }
    }
}
