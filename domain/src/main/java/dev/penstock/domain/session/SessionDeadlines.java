// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import org.jspecify.annotations.Nullable;

/** How long a session may wait for what: invariant 10 of docs/protocol.md. Says what is overdue, and fails nothing itself. */
final class SessionDeadlines {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SessionConfig config;
    private final long openDeadline;
    private long lastHeard;
    private long nextHeartbeat;
    private long nextRehearsal;
    private long lastProgressCount;
    private long lastProgressAt;

    /** Of a session that begins now. */
    SessionDeadlines(SessionConfig config, long now) {
        this.config = config;
        this.openDeadline = now + config.openTimeoutNs();
        this.lastHeard = now;
    }

    /** The session is open: from now on hearts beat, and objects are to make progress. */
    void opened(long now) {
        lastHeard = now;
        nextHeartbeat = now;
        nextRehearsal = now;
        lastProgressAt = now;
    }

    /** The peer has said something, or begins to owe an answer. */
    void heard(long now) {
        lastHeard = now;
    }

    /** Whether the peer is to hear from this side; then not again before the interval is over. */
    boolean heartbeatIsDue(long now) {
        if (now - nextHeartbeat < 0) {
            return false;
        }
        nextHeartbeat = now + config.heartbeatIntervalNs();
        return true;
    }

    /** Whether a sender with nothing to send is to rehearse; then not again before the interval is over. */
    boolean rehearsalIsDue(long now) {
        if (config.rehearsalIntervalNs() == 0 || now - nextRehearsal < 0) {
            return false;
        }
        nextRehearsal = now + config.rehearsalIntervalNs();
        return true;
    }

    /** The failure of a session that should be open by now, or null. */
    @Nullable
    KvTransferException opening(long now, boolean connecting) {
        if (now - openDeadline <= 0) {
            return null;
        }
        long millis = config.openTimeoutNs() / NANOS_PER_MILLI;
        return new KvTransferException(
                FailureKind.TIMEOUT,
                "open a session",
                connecting
                        ? "nobody answered within " + millis
                                + " ms: is the other side running, with the same host and port?"
                        : "the greeting was not finished within " + millis + " ms");
    }

    /** The failure of a session whose peer should have said something by now, or null. */
    @Nullable
    KvTransferException silence(long now) {
        return now - lastHeard <= config.peerTimeoutNs()
                ? null
                : new KvTransferException(
                        FailureKind.PEER_LOST,
                        "hear from the peer",
                        "the peer was silent for " + config.peerTimeoutNs() / NANOS_PER_MILLI + " ms");
    }

    /**
     * The failure of a session whose objects should have moved by now, or null.
     *
     * @param sender null if this side sends nothing
     * @param mustMove whether something is to happen: not while a pipe with nothing to do is open
     */
    @Nullable
    KvTransferException standstill(long now, @Nullable PipeSender sender, boolean mustMove) {
        long progress = sender == null ? 0 : sender.progress();
        if (sender == null || !mustMove || progress != lastProgressCount) {
            lastProgressCount = progress;
            lastProgressAt = now;
            return null;
        }
        return now - lastProgressAt <= config.stallTimeoutNs()
                ? null
                : new KvTransferException(
                        FailureKind.TIMEOUT,
                        "send objects",
                        sender.pendingObjects() + " objects made no progress for "
                                + config.stallTimeoutNs() / NANOS_PER_MILLI
                                + " ms: the receiver takes nothing more, or the link is broken");
    }
}
