// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.KvTransferException;

/**
 * Told what became of an object that was sent: exactly one of {@link #acknowledged} and {@link #failed}, once, and
 * {@link #sourceReleased} once, in any order. Called on the loop's thread from within its step; must not throw or block.
 */
public interface SendListener {
    /** Listens to nothing. */
    SendListener NONE = new SendListener() {
        @Override
        public void acknowledged() {}

        @Override
        public void failed(KvTransferException cause) {}
    };

    /** The source's bytes are not read any more. */
    default void sourceReleased() {}

    /** The receiver owns the object: copied out, kept, or viewed and released. */
    void acknowledged();

    /**
     * The object does not arrive, or nobody can tell whether it did.
     *
     * @param cause of kind CORRUPTED, CAPACITY or REFUSED if the receiver rejected it; the session's failure otherwise
     */
    void failed(KvTransferException cause);
}
