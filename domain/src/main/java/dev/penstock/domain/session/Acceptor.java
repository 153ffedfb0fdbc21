// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.SessionTerms;

/** Decides what a listening node brings into a session that a peer asks for. Called on the loop's thread. */
public interface Acceptor {
    /** What a peer must have the same. */
    SessionTerms terms();

    /**
     * What this side brings into a session with a peer whose terms fit; allocates what that needs, so it may block.
     *
     * @throws KvTransferException to refuse; its message is told to the peer; nothing is left behind
     */
    SessionPlan plan(Hello hello);

    /**
     * A peer was refused, and told so: its terms or its version differ, or {@link #plan} threw.
     *
     * @param cause what the peer was told
     */
    default void refused(Hello hello, KvTransferException cause) {}
}
