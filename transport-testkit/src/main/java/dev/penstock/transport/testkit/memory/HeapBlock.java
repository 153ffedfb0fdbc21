// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import dev.penstock.ports.memory.HostRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** A small block that tests hand to a memory. */
final class HeapBlock implements HostRegion {
    private final byte[] bytes;
    private boolean closed;

    HeapBlock(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public long lengthBytes() {
        return bytes.length;
    }

    @Override
    public long nativeAddress() {
        return NO_ADDRESS;
    }

    @Override
    public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        Objects.checkFromIndexSize(offsetBytes, windowLengthBytes, bytes.length);
        return ByteBuffer.wrap(bytes)
                .slice((int) offsetBytes, windowLengthBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        closed = true;
    }
}
