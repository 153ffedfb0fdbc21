// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.ports.storage.ObjectFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The beginning of a file, which says what is in it: docs/tiers.md, "A file". */
final class FileHead {
    /** The object begins at a multiple of this, the block size of common file systems. */
    static final int ALIGNMENT = 4096;

    static final int VERSION = 1;

    /** "PENSTOCK" as eight ASCII bytes, read little-endian. */
    static final long MAGIC = 0x4B434F54534E4550L;

    private static final int FIXED_BYTES = 48;
    private static final int CRC_AT = 44;
    private static final int MAX_BYTES = FIXED_BYTES + ObjectFile.MAX_DESCRIPTION_BYTES;

    private FileHead() {}

    /** Where the object begins in its file. */
    static long objectAt(ObjectFile file) {
        return objectAt(file.description().length);
    }

    private static long objectAt(int descriptionBytes) {
        return (FIXED_BYTES + descriptionBytes + ALIGNMENT - 1) / ALIGNMENT * (long) ALIGNMENT;
    }

    /** How long a file is. */
    static long fileBytes(ObjectFile file) {
        return objectAt(file) + file.lengthBytes();
    }

    /** The bytes before the object. */
    static ByteBuffer encode(ObjectFile file) {
        byte[] description = file.description();
        ByteBuffer head =
                ByteBuffer.allocate((int) objectAt(description.length)).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(description.length)
                .putLong(file.number())
                .putLong(file.lengthBytes())
                .putLong(file.digest())
                .putInt(0)
                .putInt(0)
                .put(description);
        head.putInt(CRC_AT, crc(head, description.length));
        return head.clear();
    }

    /** How many bytes {@link #decode} can need at most. */
    static int mostBytes() {
        return MAX_BYTES;
    }

    /**
     * What is in a file.
     *
     * @param head the file's first bytes, from position 0 to the limit: {@link #mostBytes} of them, or the whole file
     * @param fileBytes how long the file is
     * @return empty if it is torn, of another version, or none of ours
     */
    static Optional<ObjectFile> decode(ByteBuffer head, long fileBytes) {
        head.order(ByteOrder.LITTLE_ENDIAN);
        if (head.limit() < FIXED_BYTES || head.getLong(0) != MAGIC || head.getInt(8) != VERSION) {
            return Optional.empty();
        }
        int descriptionBytes = head.getInt(12);
        if (descriptionBytes <= 0
                || descriptionBytes > ObjectFile.MAX_DESCRIPTION_BYTES
                || head.limit() < FIXED_BYTES + descriptionBytes
                || head.getInt(CRC_AT) != crc(head, descriptionBytes)) {
            return Optional.empty();
        }
        long number = head.getLong(16);
        long lengthBytes = head.getLong(24);
        if (number <= 0 || lengthBytes <= 0 || fileBytes - objectAt(descriptionBytes) != lengthBytes) {
            return Optional.empty();
        }
        byte[] description = new byte[descriptionBytes];
        head.get(FIXED_BYTES, description);
        return Optional.of(new ObjectFile(number, description, lengthBytes, head.getLong(32)));
    }

    /** Of all that is said, less the check itself. */
    private static int crc(ByteBuffer head, int descriptionBytes) {
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate().position(0).limit(CRC_AT));
        crc.update(head.duplicate().limit(FIXED_BYTES + descriptionBytes).position(FIXED_BYTES));
        return (int) crc.getValue();
    }
}
