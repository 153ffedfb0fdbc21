// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.concurrent.TimeUnit;

/** Makes a peer of the owner of a descriptor. */
final class Introduction {
    private static final String OPERATION = "connect";
    private static final long DRAIN_PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final NixlAgent agent;
    private final Peers peers;
    private final Writes writes;
    private final Inbox inbox;
    private final EarlyMessages earlyMessages;

    Introduction(NixlAgent agent, Peers peers, Writes writes, Inbox inbox, EarlyMessages earlyMessages) {
        this.agent = agent;
        this.peers = peers;
        this.writes = writes;
        this.inbox = inbox;
        this.earlyMessages = earlyMessages;
    }

    /**
     * Connects, with what the peer has sent already waiting to be reported.
     *
     * @throws KvTransferException if that can't be; NIXL knows nothing of the peer then
     * @throws IllegalStateException if the owner is a peer already
     */
    NixlPeer connect(byte[] encoded) {
        Descriptor descriptor = Descriptor.decode(encoded);
        if (descriptor.name().equals(agent.name())) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, OPERATION, "the descriptor is this endpoint's own: " + agent.name());
        }
        if (peers.hasConnected(descriptor.name())) {
            throw new IllegalStateException(descriptor.name() + " is connected already: disconnect it first");
        }
        if (earlyMessages.hasOverflowed(descriptor.token())) {
            throw new KvTransferException(
                    FailureKind.PEER_LOST,
                    OPERATION,
                    descriptor.name()
                            + " sent more than could be kept before this side connected to it: it must be opened "
                            + "anew");
        }
        drain(descriptor.name());
        NixlPeer peer = new NixlPeer(agent, descriptor);
        String loaded = agent.load(descriptor.metadata());
        if (!loaded.equals(descriptor.name())) {
            agent.forget(NativeBlock.ofText(agent.api(), loaded));
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    OPERATION,
                    "the descriptor is " + descriptor.name() + "'s and its metadata " + loaded + "'s");
        }
        int status = peers.greet(peer);
        if (status < 0) {
            throw PeerLoss.notificationFailed(peer, status);
        }
        peer.setEarly(earlyMessages.take(descriptor.token()));
        return peer;
    }

    /** NIXL must forget a peer before it can learn of it anew, and can't while writes to it are under way. */
    private void drain(String peerName) {
        long beginNs = System.nanoTime();
        while (peers.hasDraining(peerName)) {
            writes.poll();
            agent.receive(inbox);
            peers.forgetDrained();
            if (System.nanoTime() - beginNs > DRAIN_PATIENCE_NS) {
                throw new KvTransferException(
                        FailureKind.TIMEOUT,
                        OPERATION,
                        "writes to " + peerName
                                + " from before it was disconnected are still under way: try again later");
            }
        }
    }
}
