// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.KvTransferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Queue;

/** A link that a peer opened. */
final class AcceptedLink extends GrpcLink {
    private final ServerCall<byte[], byte[]> call;
    private final CallEnd end;

    /** {@link #start} begins. */
    AcceptedLink(String remote, Queue<PlaneEvent> inbox, ServerCall<byte[], byte[]> call, CallEnd end) {
        super(remote, inbox);
        this.call = call;
        this.end = end;
    }

    /**
     * Tells the loop, and then the peer, that the link is up: the loop first, so that nothing of the link can come before
     * that. What the loop does with the link meanwhile waits for the lock, since a call takes nothing before its headers.
     */
    synchronized ServerCall.Listener<byte[]> start() {
        tellLoop(new PlaneEvent.Accepted(this));
        call.sendHeaders(LinkProtocol.headers());
        call.request(MESSAGE_WINDOW);
        return new Listener();
    }

    @Override
    void callSend(byte[] message) {
        call.sendMessage(message);
    }

    @Override
    void callRequest(int messages) {
        call.request(messages);
    }

    @Override
    void callFinish() {
        call.close(Status.OK, new Metadata());
    }

    @Override
    void callAbort(KvTransferException cause) {
        call.close(Status.INVALID_ARGUMENT.withDescription(cause.getMessage()), new Metadata());
    }

    private final class Listener extends ServerCall.Listener<byte[]> {
        @Override
        public void onMessage(byte[] message) {
            arrived(message);
        }

        @Override
        public void onHalfClose() {
            // Answered here and not when the loop comes round: the peer waits for it to close its connection.
            finish();
            endedByPeer();
        }

        @Override
        public void onComplete() {
            endedByPeer();
        }

        @Override
        public void onCancel() {
            ended(LinkFailure.whileOpen(end.status(), peer()));
        }
    }
}
