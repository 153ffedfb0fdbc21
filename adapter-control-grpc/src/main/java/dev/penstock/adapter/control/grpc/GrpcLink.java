// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.ProtocolVersion;
import java.util.Queue;

/**
 * One call, seen from either end. The loop's thread sends and closes; gRPC's thread receives and leaves events in the
 * inbox, the last of them {@link PlaneEvent.Ended}. gRPC's calls take one operation at a time, hence the lock, which is
 * held for no longer than it takes to queue the operation.
 */
abstract class GrpcLink implements ControlLink {
    /**
     * How many messages gRPC may deliver ahead of the loop. What a peer sends beyond them stays encoded in gRPC's
     * flow-control window, and when that is full, with the peer.
     */
    static final int MESSAGE_WINDOW = 4;

    private final String remote;
    private final Queue<PlaneEvent> inbox;

    private volatile int peerVersion;
    private volatile boolean closedHere;
    private volatile boolean ended;

    /** Whether the call takes operations. */
    @GuardedBy("this")
    private boolean open = true;

    GrpcLink(String remote, Queue<PlaneEvent> inbox) {
        this.remote = remote;
        this.inbox = inbox;
    }

    /** Queues a message. */
    abstract void callSend(byte[] message);

    /** Lets the peer send so many messages more. */
    abstract void callRequest(int messages);

    /** Ends the call after what was sent. Whatever happens, {@link #ended} follows before long. */
    abstract void callFinish();

    /** Ends the call at once. */
    abstract void callAbort(KvTransferException cause);

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public String toString() {
        return remote;
    }

    /** Whether this side closed the link, so that nothing more is reported about it. */
    boolean isClosedHere() {
        return closedHere;
    }

    synchronized void send(byte[] message) {
        if (open) {
            callSend(message);
        }
    }

    /** The loop took a message: there is room for another. */
    synchronized void taken() {
        if (open) {
            callRequest(1);
        }
    }

    /** This side ends the link. Idempotent. */
    void close() {
        closedHere = true;
        finish();
    }

    /** Ends the call after what was sent. */
    synchronized void finish() {
        if (open) {
            open = false;
            callFinish();
        }
    }

    void peerSpeaks(int protocolVersion) {
        peerVersion = protocolVersion;
    }

    /** The peer as failures name it: with its protocol version if that may be why it is not understood. */
    String peer() {
        int version = peerVersion;
        return version == 0 || version == ProtocolVersion.CURRENT
                ? remote
                : remote + " (which speaks protocol version " + version + ", this node " + ProtocolVersion.CURRENT
                        + ")";
    }

    /** Leaves an event for the loop. */
    final void tellLoop(PlaneEvent event) {
        inbox.add(event);
    }

    /** A message came. */
    void arrived(byte[] bytes) {
        if (closedHere || ended) {
            return;
        }
        try {
            ControlMessage message = ControlDecoder.decode(bytes, peer());
            if (message instanceof Hello hello) {
                peerSpeaks(hello.protocolVersion());
            }
            tellLoop(new PlaneEvent.Arrived(this, message));
        } catch (KvTransferException unreadable) {
            abort(unreadable);
        }
    }

    private synchronized void abort(KvTransferException cause) {
        boolean wasOpen = open;
        ended(cause);
        if (wasOpen) {
            callAbort(cause);
        }
    }

    /** The call is over, or as good as over. Only the first cause counts. */
    synchronized void ended(KvTransferException cause) {
        open = false;
        if (!ended) {
            ended = true;
            tellLoop(new PlaneEvent.Ended(this, cause));
        }
    }

    /** The peer ended the link as it should. */
    void endedByPeer() {
        ended(new KvTransferException(FailureKind.PEER_LOST, "talk to a node", peer() + " closed the link"));
    }
}
