// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.RegionId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that is mapped of one peer: its state, a mailbox each way, and its regions. */
final class PeerConnection implements AutoCloseable {
    private final PeerLiveness liveness;
    private final MailboxReader inbox;
    private final MailboxWriter outbox;
    private final Map<RegionId, MappedFile> regions;
    private final Deque<Runnable> releases;

    private PeerConnection(
            PeerLiveness liveness,
            MailboxReader inbox,
            MailboxWriter outbox,
            Map<RegionId, MappedFile> regions,
            Deque<Runnable> releases) {
        this.liveness = liveness;
        this.inbox = inbox;
        this.outbox = outbox;
        this.regions = regions;
        this.releases = releases;
    }

    /**
     * Maps what a peer's descriptor names.
     *
     * @throws KvTransferException of kind PEER_LOST if the peer is gone, PROTOCOL if what is there does not fit; nothing
     *     stays mapped
     */
    static PeerConnection open(EndpointDirectory own, Descriptor peer) {
        Deque<Runnable> releases = new ArrayDeque<>();
        boolean opened = false;
        try {
            PeerConnection connection = open(own, peer, releases);
            opened = true;
            return connection;
        } catch (IOException e) {
            throw lost(peer.endpoint(), e);
        } finally {
            if (!opened) {
                releases.forEach(Runnable::run);
            }
        }
    }

    /** @param releases gets, last first, what undoes the steps, also those of an attempt that fails */
    private static PeerConnection open(EndpointDirectory own, Descriptor peer, Deque<Runnable> releases)
            throws IOException {
        SharedDirectory shared = own.shared();
        PeerLiveness liveness = PeerLiveness.of(shared, peer.endpoint());
        releases.push(liveness::close);
        if (liveness.isGoneNow()) {
            throw lost(peer.endpoint(), null);
        }
        Map<RegionId, MappedFile> regions = new HashMap<>();
        for (Descriptor.SharedBlock block : peer.regions()) {
            MappedFile region = region(shared, peer.endpoint(), block);
            releases.push(region::release);
            regions.put(block.id(), region);
        }
        MappedFile incoming = Mailbox.open(shared, peer.endpoint(), own.address());
        releases.push(incoming::release);
        MappedFile outgoing = Mailbox.open(shared, own.address(), peer.endpoint());
        releases.push(outgoing::release);
        return new PeerConnection(
                liveness, new MailboxReader(incoming), new MailboxWriter(outgoing), regions, releases);
    }

    private static MappedFile region(SharedDirectory shared, EndpointAddress owner, Descriptor.SharedBlock block) {
        try {
            return MappedFile.open(SharedRegions.file(shared.of(owner), block.fileNumber()), block.lengthBytes());
        } catch (IOException e) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "connect",
                    owner.name() + "'s descriptor names region " + block.id().value()
                            + ", which is not there as it says: " + e.getMessage(),
                    e);
        }
    }

    /** The failure of a peer that is gone. */
    static KvTransferException lost(EndpointAddress peer, @Nullable IOException cause) {
        return new KvTransferException(
                FailureKind.PEER_LOST,
                "reach a peer",
                peer.name() + " is gone" + (cause == null ? "" : ": " + cause.getMessage()),
                cause);
    }

    PeerLiveness liveness() {
        return liveness;
    }

    MailboxReader inbox() {
        return inbox;
    }

    MailboxWriter outbox() {
        return outbox;
    }

    /** The peer's regions by the ids that they have there. */
    Map<RegionId, MappedFile> regions() {
        return regions;
    }

    /** Unmaps all of it. Once only; not to be used afterwards. */
    @Override
    public void close() {
        releases.forEach(Runnable::run);
    }
}
