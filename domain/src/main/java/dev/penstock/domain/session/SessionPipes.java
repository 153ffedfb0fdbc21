// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.pipe.PipeReceiver;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SenderSlots;
import dev.penstock.domain.wire.Notification;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session's ends of at most two pipes, one in each direction, and the memory that they use and give back. */
final class SessionPipes {
    private final PipePorts ports;
    private final PipeConfig config;
    private @Nullable PipeSender sender;
    private @Nullable PipeReceiver receiver;
    private @Nullable Ring sendRing;
    private @Nullable Region reached;

    /** None yet. */
    SessionPipes(PipePorts ports, PipeConfig config) {
        this.ports = ports;
        this.config = config;
    }

    /**
     * Makes the pipes: one to the peer's ring, if it has one, and one to the plan's. What a failed call took, {@link
     * #release} gives back.
     *
     * @throws KvTransferException if the peer's ring is not what it says, or there is no room for this side's
     */
    void open(Peer peer, long epoch, @Nullable RingGeometry peerRing, SessionPlan plan) {
        if (peerRing != null) {
            Optional<HostRegion> shared = ports.transport().reach(peer, peerRing.region());
            SenderSlots slots = shared.isPresent() ? reached(shared.get(), peerRing) : staged(plan, peerRing);
            sender = new PipeSender(config, ports, peer, epoch, peerRing, slots);
        }
        Inbound inbound = plan.inbound().orElse(null);
        if (inbound != null) {
            receiver = new PipeReceiver(
                    config,
                    ports,
                    peer,
                    epoch,
                    inbound.pages(),
                    inbound.emptyPages(),
                    inbound.sink(),
                    ports.transport().sharesMemory());
        }
    }

    private SenderSlots reached(HostRegion shared, RingGeometry remote) {
        Region region = ports.memory().adopt(shared);
        reached = region;
        if (region.lengthBytes() < remote.totalBytes()) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL,
                    "open a session",
                    "a ring of " + remote.totalBytes() + " bytes in a region of " + region.lengthBytes());
        }
        return SenderSlots.shared(region, remote);
    }

    private SenderSlots staged(SessionPlan plan, RingGeometry remote) {
        Ring ring = plan.sendRing().apply(remote.pageBytes());
        sendRing = ring;
        return SenderSlots.staged(new PagePool(ring.region(), remote.pageBytes()));
    }

    /** The end through which this side sends, or null. */
    @Nullable
    PipeSender sender() {
        return sender;
    }

    /** The end through which this side receives, or null. */
    @Nullable
    PipeReceiver receiver() {
        return receiver;
    }

    /**
     * Takes a notification of this session.
     *
     * @param type as {@link Notification#type} says
     * @throws KvTransferException of kind PROTOCOL if it breaks the protocol
     */
    void notified(byte type, ByteBuffer message) {
        if (type == Notification.PART && receiver != null) {
            receiver.onPart(message);
        } else if (type == Notification.CREDIT && sender != null) {
            sender.onCredit(message);
        } else if (type == Notification.PING && receiver != null) {
            receiver.onPing(message);
        } else if (type == Notification.PONG && sender != null) {
            sender.onPong(message);
        } else {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take a notification", "type " + type + " for a side that expects none");
        }
    }

    /**
     * Moves both along. Returns how much was done.
     *
     * @param drop fails what was not sent first; null to go on
     */
    int step(@Nullable KvTransferException drop) {
        int work = 0;
        if (receiver != null) {
            work += receiver.step();
        }
        if (sender != null) {
            if (drop != null) {
                sender.fail(drop);
            }
            work += sender.step();
        }
        return work;
    }

    /** See {@link PipeSender#rehearse}. */
    void rehearse() {
        if (sender != null) {
            sender.rehearse();
        }
    }

    /** What failed the sender, or null. */
    @Nullable
    KvTransferException senderFailure() {
        return sender == null ? null : sender.failure();
    }

    /** What failed the receiver, or null. */
    @Nullable
    KvTransferException receiverFailure() {
        return receiver == null ? null : receiver.failure();
    }

    /** Takes no further objects. */
    void endSending() {
        if (sender != null) {
            sender.end();
        }
    }

    /** The peer writes no more and takes no more: what is not acknowledged fails. */
    void peerLeft(KvTransferException cause) {
        if (receiver != null) {
            receiver.close();
            // It may have failed by itself before, when the peer could still write.
            receiver.liftQuarantine();
        }
        if (sender != null) {
            sender.end();
            if (!sender.idle()) {
                sender.fail(cause);
            }
        }
    }

    /** The session is over. Does nothing to a pipe that has ended. */
    void end(KvTransferException cause) {
        if (sender != null) {
            sender.fail(cause);
        }
        if (receiver != null) {
            receiver.close();
        }
    }

    /** The session is over, and the peer may still write: the pages that it was granted are quarantined. */
    void quarantine(KvTransferException cause) {
        if (receiver != null) {
            receiver.fail(cause);
        }
    }

    /** Whether pages of this side are in quarantine. */
    boolean hasQuarantine() {
        return receiver != null && receiver.quarantinedPages().length > 0;
    }

    /** The peer is known not to write any more. */
    void liftQuarantine() {
        if (receiver != null) {
            receiver.liftQuarantine();
        }
    }

    /** Whether a write that this side submitted, or fills in the peer's memory, may still be under way. */
    boolean mayWriteToPeer() {
        return sender != null && sender.mayWriteToPeer();
    }

    /** Whether everything that was given to the sender is settled, and nothing is under way. */
    boolean drained() {
        if (sender == null) {
            return true;
        }
        return sender.failure() == null ? sender.idle() : !sender.mayWriteToPeer();
    }

    /** Whether nothing here touches memory any more. */
    boolean quiet() {
        return (sender == null || sender.quiet()) && (receiver == null || receiver.quiet());
    }

    /** Gives back the memory that was taken for the sender; once, when all is {@link #quiet}. */
    void release() {
        if (sender != null) {
            sender.release();
        }
        if (reached != null) {
            ports.memory().free(reached.id());
        }
        if (sendRing != null) {
            sendRing.close();
        }
    }
}
