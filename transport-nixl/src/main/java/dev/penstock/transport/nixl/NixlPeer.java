// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A remote endpoint, from connect to disconnect. */
final class NixlPeer implements Peer {
    private final Descriptor descriptor;
    private final NativeBlock nativeName;
    private final Map<RegionId, RemoteRegion> regions = new HashMap<>();
    private final RequestCache requests;
    private Deque<ByteBuffer> early = new ArrayDeque<>(0);
    private @Nullable KvTransferException loss;
    private boolean lossReported;
    private boolean disconnected;
    private boolean forgottenByNixl;
    private int writesUnderWay;
    private long busyPoll;
    private long keepaliveDueNs;

    NixlPeer(NixlAgent agent, Descriptor descriptor) {
        this.descriptor = descriptor;
        this.nativeName = NativeBlock.ofText(agent.api(), descriptor.name());
        this.requests = new RequestCache(agent);
        for (RemoteRegion region : descriptor.regions()) {
            regions.put(region.id(), region);
        }
    }

    @Override
    public String name() {
        return descriptor.name();
    }

    /** As NIXL takes it. */
    NativeBlock nativeName() {
        return nativeName;
    }

    long token() {
        return descriptor.token();
    }

    RequestCache requests() {
        return requests;
    }

    /** A region of its descriptor, after {@link #checkDestination}. */
    RemoteRegion region(RegionId id) {
        return Objects.requireNonNull(regions.get(id), "a checked region is in the descriptor");
    }

    /**
     * Checks where a segment is written to.
     *
     * @throws IllegalArgumentException if that is not within a region of the descriptor
     */
    void checkDestination(SegmentList segments, int index) {
        RemoteRegion target = regions.get(segments.toRegion(index));
        if (target == null) {
            throw new IllegalArgumentException("segment " + index + " is written to region "
                    + segments.toRegion(index).value() + ", which " + name() + " did not name");
        }
        RemoteRegion.checkWithin(
                "written to", index, segments.toOffset(index), segments.length(index), target.lengthBytes());
    }

    /** What it sent before it was connected and is not reported yet. */
    Deque<ByteBuffer> early() {
        return early;
    }

    /** Messages that were kept for it; null for none. */
    void setEarly(@Nullable Deque<ByteBuffer> messages) {
        if (messages != null) {
            early = messages;
        }
    }

    /** Why it is gone; null while it is there. */
    @Nullable
    KvTransferException loss() {
        return loss;
    }

    /** It is gone, unless it was already. Its requests are of no use any more. */
    void lose(KvTransferException cause) {
        if (loss == null) {
            loss = cause;
            requests.clear();
        }
    }

    boolean isLossReported() {
        return lossReported;
    }

    void lossWasReported() {
        lossReported = true;
        early.clear();
    }

    boolean isDisconnected() {
        return disconnected;
    }

    void disconnect() {
        disconnected = true;
        early.clear();
        requests.clear();
    }

    /** Whether NIXL found the connection broken and forgot the peer: its requests must not be asked or posted any more. */
    boolean isForgottenByNixl() {
        return forgottenByNixl;
    }

    void setForgottenByNixl() {
        forgottenByNixl = true;
    }

    /** Whether requests are worth keeping and notifications worth reporting. */
    boolean isLive() {
        return loss == null && !disconnected;
    }

    /** Whether NIXL has a request to it that has not ended. */
    boolean hasWritesUnderWay() {
        return writesUnderWay > 0;
    }

    void writeBegan() {
        writesUnderWay++;
    }

    void writeEnded() {
        writesUnderWay--;
    }

    /** Whether a write to it was found under way in that poll. */
    boolean wasBusyIn(long poll) {
        return busyPoll == poll;
    }

    void setBusyIn(long poll) {
        busyPoll = poll;
    }

    long keepaliveDueNs() {
        return keepaliveDueNs;
    }

    void setKeepaliveDueNs(long timeNs) {
        keepaliveDueNs = timeNs;
    }
}
