// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.Notification;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Gives a receiver its parts in the order of their sequence, each once, in whatever order they come. */
final class PartOrder {
    private final SequenceWindow seen = new SequenceWindow(SequenceWindow.PARTS);
    /** Copies of notifications that came before their turn, by sequence. */
    private final @Nullable ByteBuffer[] early = new ByteBuffer[SequenceWindow.PARTS];

    private final ArrayDeque<ByteBuffer> spareBuffers = new ArrayDeque<>();
    private long next = 1;

    /**
     * A part has come.
     *
     * @return whether it is new
     * @throws KvTransferException of kind PROTOCOL if its sequence is not possible
     */
    boolean isNew(long sequence) {
        return seen.add(sequence);
    }

    /** Whether it is the turn of a new part. */
    boolean isNext(long sequence) {
        return sequence == next;
    }

    /** The turn is the following part's. */
    void advance() {
        next++;
    }

    /** Keeps a copy of a part until it is its turn. */
    void keep(long sequence, ByteBuffer message) {
        ByteBuffer copy = spareBuffers.isEmpty()
                ? ByteBuffer.allocate(Notification.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN)
                : spareBuffers.remove();
        if (message.remaining() > copy.capacity()) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "take a part",
                    "a notification of " + message.remaining() + " bytes, at most " + copy.capacity() + " are allowed");
        }
        copy.clear().put(message).flip();
        early[slotOf(sequence)] = copy;
    }

    /** The part whose turn it is, if it was kept; {@link #recycle} follows. */
    @Nullable
    ByteBuffer takeKept() {
        ByteBuffer message = early[slotOf(next)];
        early[slotOf(next)] = null;
        return message;
    }

    /** A kept part has taken effect. */
    void recycle(ByteBuffer message) {
        spareBuffers.add(message);
    }

    private static int slotOf(long sequence) {
        return (int) (sequence % SequenceWindow.PARTS);
    }
}
