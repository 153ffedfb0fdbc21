// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;

/** The writing end of a mailbox. Not to be used after the mailbox was unmapped. */
final class MailboxWriter {
    private final ByteBuffer memory;
    private long tail;
    private long knownHead;

    /**
     * Goes on in a mailbox, whose mapping stays the caller's, where an earlier connection of this endpoint stopped.
     *
     * @throws KvTransferException of kind PROTOCOL if the mailbox is broken
     */
    MailboxWriter(MappedFile mailbox) {
        memory = mailbox.whole();
        tail = Mailbox.ownPosition(memory, Mailbox.TAIL_OFFSET);
        readHead();
    }

    /**
     * Puts the message's remaining bytes into the mailbox; the buffer stays as it is.
     *
     * @return false if there is no room now; nothing happened then
     * @throws KvTransferException of kind PROTOCOL if the reader broke the mailbox
     */
    boolean offer(ByteBuffer message) {
        int length = message.remaining();
        int recordBytes = Mailbox.recordBytes(length);
        if (tail + recordBytes - knownHead > Mailbox.CAPACITY_BYTES) {
            readHead();
            if (tail + recordBytes - knownHead > Mailbox.CAPACITY_BYTES) {
                return false;
            }
        }
        memory.putInt(Mailbox.placeOf(tail), length);
        int place = Mailbox.messagePlaceOf(tail);
        int first = Math.min(length, Mailbox.bytesToEnd(place));
        memory.put(place, message, message.position(), first);
        memory.put(Mailbox.RING_OFFSET, message, message.position() + first, length - first);
        tail += recordBytes;
        Mailbox.publish(memory, Mailbox.TAIL_OFFSET, tail);
        return true;
    }

    private void readHead() {
        long head = Mailbox.position(memory, Mailbox.HEAD_OFFSET);
        long used = tail - head;
        if (head < knownHead || used < 0 || used > Mailbox.CAPACITY_BYTES) {
            throw Mailbox.corrupt("it was read up to " + head + " and written up to " + tail);
        }
        knownHead = head;
    }
}
