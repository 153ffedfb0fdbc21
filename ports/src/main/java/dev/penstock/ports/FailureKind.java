// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/** What went wrong, told by what the caller should do about it. */
public enum FailureKind {
    /** The peer is gone. Open a new session and send again; nothing of the old session arrives any more. */
    PEER_LOST(true),
    /** A deadline passed. The outcome at the peer is unknown; the session is closed. Send again on a new one. */
    TIMEOUT(true),
    /** The peer refused the session or the object. Change what the message names; a repetition fails again. */
    REFUSED(false),
    /** There is no room: memory, shared memory, store capacity. Free something, wait, or ask for less. */
    CAPACITY(true),
    /** The bytes that arrived are not the bytes that were sent. The object was dropped; send it again. */
    CORRUPTED(true),
    /** Something that is needed is missing on this host. Install or configure what the message names. */
    UNAVAILABLE(false),
    /** The peer sent what the protocol does not allow. The session is closed; update or distrust the peer. */
    PROTOCOL(false),
    /** This side closed the session or cancelled the operation while it was under way. */
    CLOSED(false),
    /** A library below failed in a way that is not understood. The native status is in the exception. */
    NATIVE(false);

    private final boolean retryable;

    FailureKind(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same operation may succeed later, on a new session where the old one is closed. */
    public boolean retryable() {
        return retryable;
    }
}
