// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;

/**
 * The memory of a node under test: a transport moves what is in its regions, and the test looks into them. Used on the
 * node's thread alone.
 */
public interface TestMemory extends AutoCloseable {
    /** A new region of any contents that is registered nowhere. */
    Region allocate(long lengthBytes);

    /** Reads a span into the buffer's remaining bytes, of which there are as many; blocks until they are there. */
    void read(Span from, ByteBuffer to);

    /** Writes the buffer's remaining bytes into a span of that length; blocks until they are there. */
    void write(ByteBuffer from, Span to);

    /** Frees all regions. Called after the node's transport was closed. Idempotent. */
    @Override
    void close();

    /** A memory of the port's kind, such as a GPU's; it is closed with what this returns. */
    static TestMemory of(Memory memory) {
        return new PortMemory(memory);
    }
}
