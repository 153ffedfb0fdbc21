// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;

/** A node's memory as a node in service has it. */
record PortMemory(Memory memory) implements TestMemory {
    @Override
    public Region allocate(long lengthBytes) {
        return memory.allocate(lengthBytes);
    }

    @Override
    public void read(Span from, ByteBuffer to) {
        memory.read(from, to);
    }

    @Override
    public void write(ByteBuffer from, Span to) {
        memory.write(from, to);
    }

    @Override
    public void close() {
        memory.close();
    }
}
