// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.storage;

/**
 * Names one file with one object in it, and says what it holds. Made by {@link ObjectFiles}; whether there is such a file is
 * for {@link ObjectFiles#submitRead} to find out.
 */
public final class ObjectFile {
    /** The longest description. */
    public static final int MAX_DESCRIPTION_BYTES = 8192;

    private final long number;
    private final byte[] description;
    private final long lengthBytes;
    private final long digest;

    /**
     * A name.
     *
     * @param number positive; a later file of the same storage has a higher one
     * @param description what the owner wants to know of the object when it finds the file again, in a form of its own; 1 to
     *     {@link #MAX_DESCRIPTION_BYTES} bytes
     * @param lengthBytes how long the object is, positive
     * @param digest the object's {@link dev.penstock.ports.Digest}
     */
    public ObjectFile(long number, byte[] description, long lengthBytes, long digest) {
        if (number <= 0 || lengthBytes <= 0) {
            throw new IllegalArgumentException("file " + number + " with an object of " + lengthBytes + " bytes");
        }
        if (description.length == 0 || description.length > MAX_DESCRIPTION_BYTES) {
            throw new IllegalArgumentException(
                    "a file's description has 1 to " + MAX_DESCRIPTION_BYTES + " bytes, not " + description.length);
        }
        this.number = number;
        this.description = description.clone();
        this.lengthBytes = lengthBytes;
        this.digest = digest;
    }

    /** Its number: the order in which files were named. */
    public long number() {
        return number;
    }

    /** What its owner wrote about it; a copy. */
    public byte[] description() {
        return description.clone();
    }

    /** How long the object is. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** The digest of the object. */
    public long digest() {
        return digest;
    }

    @Override
    public String toString() {
        return "file " + number + " with an object of " + lengthBytes + " bytes";
    }
}
