// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;

/** The reading end of a mailbox. Not to be used after the mailbox was unmapped. */
final class MailboxReader {
    private final ByteBuffer memory;
    private long head;

    /**
     * Goes on in a mailbox, whose mapping stays the caller's, where an earlier connection of this endpoint stopped.
     *
     * @throws KvTransferException of kind PROTOCOL if the mailbox is broken
     */
    MailboxReader(MappedFile mailbox) {
        memory = mailbox.whole();
        head = Mailbox.ownPosition(memory, Mailbox.HEAD_OFFSET);
    }

    /**
     * Takes the next message out. It is copied before anything looks at it, so that the writer can't change it any more.
     *
     * @param message receives the message, from position 0 to its limit; has room for the longest
     * @return false if there is none; the buffer is as it was then
     * @throws KvTransferException of kind PROTOCOL if the writer broke the mailbox
     */
    boolean take(ByteBuffer message) {
        long tail = Mailbox.position(memory, Mailbox.TAIL_OFFSET);
        if (tail == head) {
            return false;
        }
        long written = tail - head;
        if (written < 0 || written > Mailbox.CAPACITY_BYTES || written % Mailbox.ALIGNMENT_BYTES != 0) {
            throw Mailbox.corrupt("it was written up to " + tail + " and read up to " + head);
        }
        int length = memory.getInt(Mailbox.placeOf(head));
        if (length < 0 || length > Mailbox.MAX_MESSAGE_BYTES || Mailbox.recordBytes(length) > written) {
            throw Mailbox.corrupt("a message of " + length + " bytes in " + written);
        }
        int place = Mailbox.messagePlaceOf(head);
        int first = Math.min(length, Mailbox.bytesToEnd(place));
        message.clear().limit(length);
        message.put(0, memory, place, first);
        message.put(first, memory, Mailbox.RING_OFFSET, length - first);
        head += Mailbox.recordBytes(length);
        Mailbox.publish(memory, Mailbox.HEAD_OFFSET, head);
        return true;
    }
}
