// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The file of a mailbox: a ring of bytes that one endpoint writes and one reads.
 *
 * <p>All numbers are little-endian. The tail and the head count bytes ever written and ever read; a position's place in the
 * ring is its remainder by the capacity. Between them stand records that begin at multiples of 8: the message's length as
 * an int, then its bytes, which may go on at the ring's start.
 *
 * <pre>{@code
 *   0 magic    8 writer's nonce   16 reader's nonce
 *  64 tail, which the writer stores with release after the record
 * 128 head, which the reader stores with release after it has copied the record
 * 192 the ring
 * }</pre>
 *
 * <p>Either end checks what the other end wrote: the other may be broken.
 */
final class Mailbox {
    /** The longest message. */
    static final int MAX_MESSAGE_BYTES = 64 << 10;

    static final int CAPACITY_BYTES = 1 << 20;
    static final int TAIL_OFFSET = 64;
    static final int HEAD_OFFSET = 128;
    static final int RING_OFFSET = 192;
    static final int FILE_BYTES = RING_OFFSET + CAPACITY_BYTES;
    static final int ALIGNMENT_BYTES = 8;

    private static final long MAGIC = 0x3158_4f42_4b4c_4e50L; // "PNLKBOX1"
    private static final int MAGIC_OFFSET = 0;
    private static final int WRITER_OFFSET = 8;
    private static final int READER_OFFSET = 16;
    private static final int LENGTH_FIELD_BYTES = Integer.BYTES;
    private static final VarHandle POSITION = MethodHandles.byteBufferViewVarHandle(
                    long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private Mailbox() {}

    /**
     * Opens the mailbox from one endpoint to another, in the reader's directory, and creates it if it isn't there: either
     * end may come first.
     *
     * @throws IOException if the reader's directory is gone, or the file can't be created or is not of the right size
     * @throws KvTransferException of kind PROTOCOL if the file is something else
     */
    static MappedFile open(SharedDirectory shared, EndpointAddress writer, EndpointAddress reader) throws IOException {
        Path directory = shared.of(reader);
        Path path = directory.resolve(writer.inboxName());
        if (!Files.exists(path)) {
            create(path, directory.resolve(writer.inboxName() + ".new-" + UUID.randomUUID()), writer, reader);
        }
        MappedFile file = MappedFile.open(path, FILE_BYTES);
        ByteBuffer memory = file.whole();
        if (memory.getLong(MAGIC_OFFSET) != MAGIC
                || memory.getLong(WRITER_OFFSET) != writer.nonce()
                || memory.getLong(READER_OFFSET) != reader.nonce()) {
            file.release();
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "open a mailbox", path + " is not a mailbox of this pair");
        }
        return file;
    }

    /** Two ends may do this at the same time: each prepares a file of its own, and one of them gets the name. */
    private static void create(Path path, Path temporary, EndpointAddress writer, EndpointAddress reader)
            throws IOException {
        try {
            MappedFile file = MappedFile.create(temporary, FILE_BYTES);
            file.whole()
                    .putLong(MAGIC_OFFSET, MAGIC)
                    .putLong(WRITER_OFFSET, writer.nonce())
                    .putLong(READER_OFFSET, reader.nonce());
            file.release();
            Files.createLink(path, temporary);
        } catch (FileAlreadyExistsException e) {
            // The other end was faster. Its file is complete, since a name is given to complete files only.
        } finally {
            SharedFiles.deleteQuietly(temporary);
        }
    }

    /** How many bytes of the ring a message takes. */
    static int recordBytes(int messageBytes) {
        return (LENGTH_FIELD_BYTES + messageBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    static long position(ByteBuffer memory, int offset) {
        return (long) POSITION.getAcquire(memory, offset);
    }

    static void publish(ByteBuffer memory, int offset, long position) {
        POSITION.setRelease(memory, offset, position);
    }

    /**
     * Where this end stopped when it was connected before; 0 in a new mailbox.
     *
     * @throws KvTransferException of kind PROTOCOL if no record can begin there
     */
    static long ownPosition(ByteBuffer memory, int offset) {
        long position = position(memory, offset);
        if (position < 0 || position % ALIGNMENT_BYTES != 0) {
            throw corrupt("no record begins at " + position);
        }
        return position;
    }

    /** Where in the file a position is. */
    static int placeOf(long position) {
        return RING_OFFSET + (int) (position & (CAPACITY_BYTES - 1));
    }

    /** Where in the file the message is whose record begins at the position. */
    static int messagePlaceOf(long position) {
        return placeOf(position + LENGTH_FIELD_BYTES);
    }

    /** How many bytes fit between a place and the ring's end. */
    static int bytesToEnd(int place) {
        return FILE_BYTES - place;
    }

    /** The failure of a peer that wrote what no peer writes. */
    static KvTransferException corrupt(String what) {
        return new KvTransferException(FailureKind.PROTOCOL, "use a mailbox", "the peer broke the mailbox: " + what);
    }
}
