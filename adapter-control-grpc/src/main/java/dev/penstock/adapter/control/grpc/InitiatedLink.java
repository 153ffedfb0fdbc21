// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.KvTransferException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A link that this side asked for, with a channel of its own: a shared one would answer a new attempt with the failure of
 * the last one for as long as its back-off lasts.
 */
final class InitiatedLink extends GrpcLink {
    private final ManagedChannel channel;
    private final ScheduledExecutorService timer;
    private final ClientCall<byte[], byte[]> call;

    /** {@link #start} begins. */
    InitiatedLink(String remote, Queue<PlaneEvent> inbox, ManagedChannel channel, ScheduledExecutorService timer) {
        super(remote, inbox);
        this.channel = channel;
        this.timer = timer;
        this.call = channel.newCall(LinkProtocol.LINK, CallOptions.DEFAULT);
    }

    synchronized void start() {
        call.start(new Listener(), LinkProtocol.headers());
        call.request(MESSAGE_WINDOW);
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
        call.halfClose();
        // The server's answer to that is behind whatever it sent, which is to be thrown away.
        call.request(Integer.MAX_VALUE);
        channel.shutdown();
        // The channel is gone by then, unless the peer does not answer or was never reached.
        var unused = timer.schedule(channel::shutdownNow, GrpcControlPlane.LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    void callAbort(KvTransferException cause) {
        call.cancel(cause.getMessage(), cause);
    }

    /** Waits until the connection is closed. */
    void awaitClosed(long timeoutNs) throws InterruptedException {
        channel.awaitTermination(timeoutNs, TimeUnit.NANOSECONDS);
    }

    /** Closes the connection whatever is under way. */
    void closeNow() {
        channel.shutdownNow();
    }

    private final class Listener extends ClientCall.Listener<byte[]> {
        private boolean connected;

        @Override
        public void onHeaders(Metadata headers) {
            connected = true;
            peerSpeaks(LinkProtocol.version(headers));
            tellLoop(new PlaneEvent.Connected(InitiatedLink.this));
        }

        @Override
        public void onMessage(byte[] message) {
            arrived(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
                endedByPeer();
            } else if (connected) {
                ended(LinkFailure.whileOpen(status, peer()));
            } else {
                ended(LinkFailure.whileConnecting(status, remote()));
            }
            channel.shutdownNow();
        }
    }
}
