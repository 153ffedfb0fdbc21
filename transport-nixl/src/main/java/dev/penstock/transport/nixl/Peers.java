// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The peers that are connected, and those that were, while NIXL still has writes to them under way. */
final class Peers {
    private static final long KEEPALIVE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final NixlAgent agent;
    private final List<NixlPeer> connected = new ArrayList<>();
    private final List<NixlPeer> draining = new ArrayList<>();

    Peers(NixlAgent agent) {
        this.agent = agent;
    }

    int size() {
        return connected.size();
    }

    /** A connected peer, by its place, so that the caller may change the list while it walks it. */
    NixlPeer get(int index) {
        return connected.get(index);
    }

    /** The connected peer with that token, or null. */
    @Nullable
    NixlPeer withToken(long token) {
        for (int i = 0; i < connected.size(); i++) {
            if (connected.get(i).token() == token) {
                return connected.get(i);
            }
        }
        return null;
    }

    /**
     * Greets a peer that NIXL has learned of, which begins the wire-up, so that the first write finds it done.
     *
     * @return a status; where it is an error, NIXL has forgotten the peer again
     */
    int greet(NixlPeer peer) {
        int status = agent.notify(peer, Envelope.KEEPALIVE, NOTHING);
        if (status < 0) {
            agent.forget(peer.nativeName());
        } else {
            peer.setKeepaliveDueNs(System.nanoTime() + KEEPALIVE_NS);
            connected.add(peer);
        }
        return status;
    }

    /** Whether one of that name is connected. NIXL knows agents by name alone. */
    boolean hasConnected(String name) {
        return hasName(connected, name);
    }

    /** Whether one of that name was disconnected and has writes under way. */
    boolean hasDraining(String name) {
        return hasName(draining, name);
    }

    private static boolean hasName(List<NixlPeer> peers, String name) {
        for (NixlPeer peer : peers) {
            if (peer.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    void disconnect(NixlPeer peer) {
        peer.disconnect();
        connected.remove(peer);
        draining.add(peer);
        forgetDrained();
    }

    /** Makes NIXL forget those whose writes have ended. */
    void forgetDrained() {
        for (int i = draining.size() - 1; i >= 0; i--) {
            if (!draining.get(i).hasWritesUnderWay()) {
                agent.forget(draining.remove(i).nativeName());
            }
        }
    }

    /** UCX notices a broken connection when it is used, and a side that only receives uses none. */
    void keepAlive() {
        if (connected.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        for (int i = 0; i < connected.size(); i++) {
            NixlPeer peer = connected.get(i);
            if (peer.loss() == null && now - peer.keepaliveDueNs() >= 0) {
                peer.setKeepaliveDueNs(now + KEEPALIVE_NS);
                int status = agent.notify(peer, Envelope.KEEPALIVE, NOTHING);
                if (status < 0) {
                    peer.lose(PeerLoss.notificationFailed(peer, status));
                }
            }
        }
    }

    /** Tells those that are there that this side closes. Whether it arrives is their luck: they have other ways to find out. */
    void sayGoodbye() {
        for (NixlPeer peer : connected) {
            if (peer.loss() == null) {
                agent.notify(peer, Envelope.GOODBYE, NOTHING);
            }
        }
    }

    /** Gives back the requests that read from a region. */
    void dropRequests(RegionId region) {
        for (NixlPeer peer : connected) {
            peer.requests().drop(region);
        }
    }

    /** Disconnects all. No write may be under way. */
    void clear() {
        for (NixlPeer peer : List.copyOf(connected)) {
            disconnect(peer);
        }
        forgetDrained();
    }

    /**
     * The peer as it is known here.
     *
     * @throws IllegalArgumentException if it is of another transport
     */
    NixlPeer known(Peer peer) {
        if (peer instanceof NixlPeer known && (known.isDisconnected() || connected.contains(known))) {
            return known;
        }
        throw new IllegalArgumentException("'" + peer.name() + "' is not a peer of this transport");
    }
}
