// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

/** The flags of a part's entries. */
public final class PartEntry {
    /** The object's first piece: header follows, and before it the object's length, unless this is the last piece too. */
    public static final int FIRST = 1;
    /** The object's last piece. */
    public static final int LAST = 2;
    /** The object's digest follows; only with {@link #LAST}. */
    public static final int DIGEST = 4;
    /** The sender gave the object up; only with {@link #LAST}. */
    public static final int ABANDONED = 8;

    /** The most entries of one part, so that the rejections of all of them fit into one CREDIT with its pages. */
    public static final int MAX_ENTRIES = 1024;
    /** The longest object header, in bytes. */
    public static final int MAX_HEADER_BYTES = 8 * 1024;
    /** The largest object, in bytes. */
    public static final long MAX_OBJECT_BYTES = 1L << 46;

    static final int ALL_FLAGS = FIRST | LAST | DIGEST | ABANDONED;

    private PartEntry() {}
}
