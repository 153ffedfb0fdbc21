// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.SegmentList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A write from its submission until its completion was called. Reused. */
final class PendingWrite {
    private @Nullable NixlPeer peer;
    private @Nullable SegmentList segments;
    private @Nullable Completion completion;
    private @Nullable NixlRequest request;
    private @Nullable KvTransferException failure;

    /** Makes it a new write. */
    void begin(NixlPeer to, SegmentList data, Completion whenDone) {
        peer = to;
        segments = data;
        completion = whenDone;
        request = null;
        failure = null;
    }

    NixlPeer peer() {
        return Objects.requireNonNull(peer, "the write is under way");
    }

    SegmentList segments() {
        return Objects.requireNonNull(segments, "the write is under way");
    }

    Completion completion() {
        return Objects.requireNonNull(completion, "the write is under way");
    }

    /** The request that moves its data; null where there is none to move, or NIXL made none. */
    @Nullable
    NixlRequest request() {
        return request;
    }

    void setRequest(@Nullable NixlRequest value) {
        request = value;
    }

    /** Why it failed; null if it didn't. */
    @Nullable
    KvTransferException failure() {
        return failure;
    }

    void fail(KvTransferException cause) {
        failure = cause;
    }

    /** Lets go of the caller's objects. */
    void end() {
        peer = null;
        segments = null;
        completion = null;
        request = null;
        failure = null;
    }
}
