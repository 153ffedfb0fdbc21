// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Tells a run's own thread what happens to a session on the loop's. */
final class SessionWatch implements SessionHandler {
    private final String peerRole;
    private final @Nullable ReceiverGates gates;
    private final CompletableFuture<Session> opened = new CompletableFuture<>();
    private final CompletableFuture<KvTransferException> over = new CompletableFuture<>();

    /** @param peerRole what the other side is, for messages */
    SessionWatch(String peerRole, @Nullable ReceiverGates gates) {
        this.peerRole = peerRole;
        this.gates = gates;
    }

    CompletableFuture<Session> opened() {
        return opened;
    }

    /** Completed, always normally, with what it means that the session is over if there was work left to do. */
    CompletableFuture<KvTransferException> over() {
        return over;
    }

    /**
     * Throws if the session is over.
     *
     * @throws KvTransferException what ended it; of kind PEER_LOST if the peer left before the work was done
     */
    void requireAlive() {
        if (over.isDone()) {
            throw over.join();
        }
    }

    private KvTransferException left(String reason) {
        return new KvTransferException(
                FailureKind.PEER_LOST,
                "talk to the " + peerRole,
                "the " + peerRole + " left: " + (reason.isEmpty() ? "it ended before the work was done" : reason));
    }

    @Override
    public void opened(Session session) {
        opened.complete(session);
    }

    @Override
    public void called(Session session, BackendCall call) {
        if (gates != null && gates.take(session, call)) {
            return;
        }
        SessionHandler.super.called(session, call);
    }

    @Override
    public void closed(Session session, String reason) {
        end(left(reason));
    }

    @Override
    public void failed(Session session, KvTransferException cause) {
        end(cause);
    }

    private void end(KvTransferException cause) {
        over.complete(cause);
        opened.completeExceptionally(cause);
    }
}
