// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.transport;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes spans of this process's registered memory into a peer's, and delivers small notifications, each after the data it
 * belongs to.
 *
 * <p>Driven like a duty cycle by one thread, the loop's, which alone may call: {@code submit…} never blocks, {@link #poll}
 * moves everything along. There is no order between requests: neither between two writes, nor between a write and a
 * notification on its own. Each notification is delivered exactly once while the peer lives; none is delivered after the
 * peer was lost or disconnected.
 *
 * <p>A write that was submitted can't be taken back. Until its completion is called, its source must not change and its
 * destination must not be used for anything else, whatever happens to the session in the meantime.
 */
public interface KvTransport extends AutoCloseable {
    /** The provider's name. */
    String name();

    /** The host memory that this transport moves best. Regions from here can be registered. */
    HostRegions hostRegions();

    /** The longest notification that {@link #submitWrite} and {@link #submitNotification} take; at least 16 KiB. */
    int maxNotificationBytes();

    /** The most segments that one write takes; at least 64. */
    int maxSegments();

    /**
     * Makes a region usable as the source of writes and, by peers that get a {@link #descriptor} made afterwards, as their
     * destination. May block. Registering twice is a caller's bug.
     *
     * @throws KvTransferException if the memory can't be registered; nothing is left behind
     */
    void register(Region region);

    /**
     * Ends what {@link #register} began. Unknown ids are ignored.
     *
     * @throws IllegalStateException if a write that was submitted here still uses it; it stays registered
     */
    void deregister(RegionId region);

    /** Whether {@link #register} was called for the region, and {@link #deregister} was not. Does not block. */
    boolean isRegistered(RegionId region);

    /** What a peer needs to connect to this transport: its address and the regions registered now. Opaque bytes. */
    byte[] descriptor();

    /**
     * Gets ready to write to, and hear from, the owner of the descriptor. May block for a second.
     *
     * @throws KvTransferException of kind PROTOCOL if the bytes are not a descriptor of this transport, of kind PEER_LOST
     *     if the owner can't be reached; nothing is left behind
     * @throws IllegalStateException after close, or if the owner is a peer already and was not disconnected, lost or not:
     *     what newer descriptors of it say is learnt by disconnecting it first
     */
    Peer connect(byte[] descriptor);

    /**
     * Forgets a peer. Requests under way still complete or fail; nothing is heard from it afterwards. Idempotent.
     */
    void disconnect(Peer peer);

    /** Whether {@link #reach} gives the regions of peers: both ends of a session answer this the same. */
    boolean sharesMemory();

    /**
     * A region of the peer as memory of this process, where the two share memory: bytes written there are at the peer at
     * once, and a write of no segments delivers the notification behind them. Empty where memory is not shared. Valid
     * until it is closed, at the latest at {@link #close()}, even if the peer dies.
     *
     * @throws KvTransferException of kind PROTOCOL if the peer's descriptor names no such region
     */
    Optional<HostRegion> reach(Peer peer, RegionId remoteRegion);

    /**
     * Does now what a later {@link #submitWrite} of the same segments to that peer would have to do first, if there is
     * anything: worth it while their contents are still being made. The list is not kept. What that would refuse may be
     * refused here already.
     */
    default void prepareWrite(Peer peer, SegmentList segments) {}

    /**
     * Begins a write. The segments' sources are registered regions of this node, their destinations regions in the peer's
     * descriptor. When the data is at the peer, the notification is delivered there, and then the completion is called
     * here. The list belongs to the transport until then; the notification's remaining bytes are copied before this
     * returns. No segments: the notification alone.
     *
     * @throws IllegalArgumentException if a segment is not within a known region, there are too many segments, or the
     *     notification is too long; nothing was begun
     * @throws IllegalStateException after close or after disconnecting the peer
     */
    void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion);

    /**
     * Sends a notification alone. Its remaining bytes are copied before this returns. If the peer is lost meanwhile the
     * message is dropped, and {@link TransportEvents#peerLost} says so.
     *
     * @throws IllegalArgumentException if it is too long
     * @throws IllegalStateException after close or after disconnecting the peer
     */
    void submitNotification(Peer peer, ByteBuffer message);

    /**
     * Moves requests along and reports completions, notifications and lost peers.
     *
     * @param limit at most this many reports
     * @return how much was done; 0 means that nothing happened
     */
    int poll(TransportEvents events, int limit);

    /**
     * Closes the transport. Writes under way fail with kind CLOSED once they are terminal; until then this blocks, but not
     * longer than a few seconds: then their memory stays quarantined for the life of the process. Idempotent.
     */
    @Override
    void close();
}
