// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

import java.util.Optional;

/** What went wrong, told by what the caller should do about it. */
public enum FailureKind {
    /** The peer is gone. Open a new session and send again; nothing of the old session arrives any more. */
    PEER_LOST(1, true),
    /** A deadline passed. The outcome at the peer is unknown; the session is closed. Send again on a new one. */
    TIMEOUT(2, true),
    /** The peer refused the session or the object. Change what the message names; a repetition fails again. */
    REFUSED(3, false),
    /** There is no room: memory, shared memory, store capacity. Free something, wait, or ask for less. */
    CAPACITY(4, true),
    /** The bytes that arrived are not the bytes that were sent. The object was dropped; send it again. */
    CORRUPTED(5, true),
    /** Something that is needed is missing on this host. Install or configure what the message names. */
    UNAVAILABLE(6, false),
    /** The peer sent what the protocol does not allow. The session is closed; update or distrust the peer. */
    PROTOCOL(7, false),
    /** This side closed the session or cancelled the operation while it was under way. */
    CLOSED(8, false),
    /** A library below failed in a way that is not understood. The native status is in the exception. */
    NATIVE(9, false);

    private final int code;
    private final boolean retryable;

    FailureKind(int code, boolean retryable) {
        this.code = code;
        this.retryable = retryable;
    }

    /** The number on the wire, 1 to 127. Never changes its meaning. */
    public int code() {
        return code;
    }

    /** The kind with that number, or empty if this version knows none. */
    public static Optional<FailureKind> ofCode(int code) {
        for (FailureKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** Whether the same operation may succeed later, on a new session where the old one is closed. */
    public boolean retryable() {
        return retryable;
    }
}
