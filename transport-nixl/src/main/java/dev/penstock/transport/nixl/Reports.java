// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.TransportEvents;

/**
 * Tells the caller of a poll what has happened, as far as its limit goes: writes that ended, then messages, and the loss of a
 * peer after all that it sent.
 */
final class Reports {
    private final Writes writes;
    private final Peers peers;
    private final Inbox inbox;
    private final EarlyMessages earlyMessages;
    private int left;
    private boolean stopped;

    Reports(Writes writes, Peers peers, Inbox inbox, EarlyMessages earlyMessages) {
        this.writes = writes;
        this.peers = peers;
        this.inbox = inbox;
        this.earlyMessages = earlyMessages;
    }

    /** Tells at most {@code limit} things. Returns how many. */
    int tell(TransportEvents events, int limit) {
        left = limit;
        tellEnds();
        tellEarly(events);
        tellMessages(events);
        tellLosses(events);
        return limit - left;
    }

    /** Nothing more is told, not even by the call under way: what it called has closed the transport. */
    void stop() {
        stopped = true;
    }

    private boolean mayTell() {
        return left > 0 && !stopped;
    }

    private void tellEnds() {
        // Those that end because of what is called here wait for the next poll.
        for (int count = writes.endedCount(); count > 0 && mayTell(); count--) {
            left--;
            writes.endNext();
        }
    }

    private void tellEarly(TransportEvents events) {
        for (int i = 0; i < peers.size(); i++) {
            NixlPeer peer = peers.get(i);
            while (mayTell() && !peer.early().isEmpty()) {
                left--;
                events.notified(peer, peer.early().remove());
            }
        }
    }

    private void tellMessages(TransportEvents events) {
        while (mayTell() && !inbox.isEmpty()) {
            inbox.next();
            NixlPeer from = peers.withToken(inbox.token());
            switch (inbox.kind()) {
                case Envelope.MESSAGE -> {
                    if (from == null) {
                        earlyMessages.add(inbox.token(), inbox.message());
                    } else if (!from.isLossReported()) {
                        left--;
                        events.notified(from, inbox.message());
                    }
                }
                case Envelope.GOODBYE -> {
                    earlyMessages.forget(inbox.token());
                    if (from != null) {
                        from.lose(PeerLoss.closed(from));
                    }
                }
                default -> {
                    // A keepalive has done its work by being sent; of other kinds nothing is known.
                }
            }
        }
    }

    private void tellLosses(TransportEvents events) {
        for (int i = 0; i < peers.size(); i++) {
            NixlPeer peer = peers.get(i);
            KvTransferException loss = peer.loss();
            if (loss != null && !peer.isLossReported() && inbox.isEmpty() && mayTell()) {
                left--;
                peer.lossWasReported();
                events.peerLost(peer, loss);
            }
        }
    }
}
