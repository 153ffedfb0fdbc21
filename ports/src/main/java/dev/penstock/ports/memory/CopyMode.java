// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/** What a memory request does with its segments. */
public enum CopyMode {
    /** Moves the bytes. */
    COPY(true, false),
    /** Moves the bytes and computes each segment's digest in the same pass. */
    COPY_AND_DIGEST(true, true),
    /** Computes each segment's digest where it is; the destination is ignored. */
    DIGEST(false, true);

    private final boolean copies;
    private final boolean digests;

    CopyMode(boolean copies, boolean digests) {
        this.copies = copies;
        this.digests = digests;
    }

    /** Whether bytes move. */
    public boolean copies() {
        return copies;
    }

    /** Whether digests are computed. */
    public boolean digests() {
        return digests;
    }
}
