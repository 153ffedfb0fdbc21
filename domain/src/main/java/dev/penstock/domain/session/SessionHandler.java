// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendReply;
import java.util.Collections;

/** Told what happens to a session. Called on the loop's thread; must not block or throw. */
public interface SessionHandler {
    /** The session is open: pipes work. */
    default void opened(Session session) {}

    /** The peer asks this side's store. The answer goes through {@link Session#reply}. */
    default void called(Session session, BackendCall call) {
        session.reply(
                new BackendReply(call.callId(), Collections.nCopies(call.keys().size(), Boolean.FALSE)));
    }

    /**
     * The session ended in order.
     *
     * @param reason what the side that left said; empty if its work was done
     */
    default void closed(Session session, String reason) {}

    /** The session failed, or could not be opened. */
    default void failed(Session session, KvTransferException cause) {}
}
