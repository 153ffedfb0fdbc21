// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import org.jspecify.annotations.Nullable;

/** The ways in which a peer is found to be gone. */
final class PeerLoss {
    private static final String OPERATION = "reach a peer";

    private PeerLoss() {}

    /** NIXL forgot it, which it does when a request finds the connection broken. */
    static KvTransferException disconnected(NixlPeer peer, int status) {
        return NixlFailure.of(
                FailureKind.PEER_LOST, OPERATION, status, "the connection to " + peer.name() + " is broken");
    }

    /** A notification can't be sent to it: a peer with a gap is no peer. */
    static KvTransferException notificationFailed(NixlPeer peer, int status) {
        return NixlFailure.of(
                FailureKind.PEER_LOST, OPERATION, status, "a notification to " + peer.name() + " can't be sent");
    }

    /** It said so. */
    static KvTransferException closed(NixlPeer peer) {
        return new KvTransferException(FailureKind.PEER_LOST, OPERATION, peer.name() + " was closed");
    }

    /** What a write to a lost peer fails with. */
    static KvTransferException of(NixlPeer peer, int status) {
        @Nullable KvTransferException loss = peer.loss();
        return new KvTransferException(
                FailureKind.PEER_LOST, "write", peer.name() + " is gone: its write is lost", status, loss);
    }
}
