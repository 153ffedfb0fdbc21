// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A word in shared memory that an endpoint changes when it closes: its peers see it with one load, in the same process too,
 * where no lock can tell.
 */
final class EndpointState implements AutoCloseable {
    private static final String FILE = "state";
    private static final long LENGTH_BYTES = 64;
    private static final int WORD_OFFSET = 0;
    private static final long OPEN = 0x314e_4550_4f4b_4c50L; // "PLKOPEN1"
    private static final long CLOSED = 0x3144_534c_434b_4c50L; // "PLKCLSD1"
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final MappedFile file;
    private final ByteBuffer memory;

    private EndpointState(MappedFile file) {
        this.file = file;
        this.memory = file.whole();
    }

    /** The state of a new endpoint: open. */
    static EndpointState create(Path directory) throws IOException {
        EndpointState state = new EndpointState(MappedFile.create(directory.resolve(FILE), LENGTH_BYTES));
        WORD.setRelease(state.memory, WORD_OFFSET, OPEN);
        return state;
    }

    /** The state of another endpoint. */
    static EndpointState of(Path directory) throws IOException {
        return new EndpointState(MappedFile.open(directory.resolve(FILE), LENGTH_BYTES));
    }

    /** Tells the peers. All that was sent before is in their mailboxes when they see it. */
    void markClosed() {
        WORD.setRelease(memory, WORD_OFFSET, CLOSED);
    }

    /** Whether the endpoint is open; false, too, if the word is neither of the two. */
    boolean isOpen() {
        return (long) WORD.getAcquire(memory, WORD_OFFSET) == OPEN;
    }

    /** Unmaps it. Once only; not to be used afterwards. */
    @Override
    public void close() {
        file.release();
    }
}
