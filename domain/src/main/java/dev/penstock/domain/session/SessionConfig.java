// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.pipe.PipeConfig;

/**
 * How long a session waits for what, and how its pipes work. Times in nanoseconds.
 *
 * @param openTimeoutNs from the request until the session is open; the initiator tries again and again within it
 * @param retryIntervalNs between two attempts to reach the acceptor
 * @param heartbeatIntervalNs between two heartbeats
 * @param peerTimeoutNs silence of the peer after which it counts as lost
 * @param stallTimeoutNs time without any progress after which objects under way are given up
 * @param rehearsalIntervalNs between two rehearsals of a sender that has nothing to send; 0 for none
 * @param pipe how the pipes work
 */
public record SessionConfig(
        long openTimeoutNs,
        long retryIntervalNs,
        long heartbeatIntervalNs,
        long peerTimeoutNs,
        long stallTimeoutNs,
        long rehearsalIntervalNs,
        PipeConfig pipe) {
    /** Checks that all times are positive and that heartbeats are more frequent than the peer's timeout. */
    public SessionConfig {
        if (openTimeoutNs <= 0 || retryIntervalNs <= 0 || heartbeatIntervalNs <= 0 || stallTimeoutNs <= 0) {
            throw new IllegalArgumentException("a session's times are positive");
        }
        if (rehearsalIntervalNs < 0) {
            throw new IllegalArgumentException("a rehearsal each " + rehearsalIntervalNs + " ns");
        }
        if (peerTimeoutNs < 2 * heartbeatIntervalNs) {
            throw new IllegalArgumentException("a peer timeout of " + peerTimeoutNs + " ns with heartbeats every "
                    + heartbeatIntervalNs + " ns would lose peers that are alive");
        }
    }
}
