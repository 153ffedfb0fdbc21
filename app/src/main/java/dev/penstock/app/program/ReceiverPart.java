// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.report.TierResult;
import dev.penstock.domain.session.Inbound;
import dev.penstock.ports.control.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the receiver does in a run, for all its senders. Methods are called on the run's own thread where nothing else is
 * said.
 */
public interface ReceiverPart {
    /**
     * Takes all memory that is needed, for as many senders as are expected.
     *
     * @throws dev.penstock.ports.KvTransferException of kind CAPACITY if it doesn't fit
     */
    void allocate();

    /** A round is about to begin: no sender sends anything of it before this returns. */
    default void prepare(int round) {}

    /** What is needed to receive from one sender. Called once for each, on the loop's thread. */
    Inbound inbound(NodeId sender);

    /**
     * Waits until all objects of the round, of all senders, are owned.
     *
     * @param sendersDone whether all senders say that this is so; what is missing then was lost
     * @return the times in nanoseconds
     * @throws dev.penstock.app.exit.RunFailure if an object came twice, out of order, damaged or not at all
     */
    Map<Figure, Long> receive(int round, BooleanSupplier sendersDone);

    /**
     * Checks every byte of the round's objects, outside the timed part.
     *
     * @return how many objects were checked
     * @throws dev.penstock.app.exit.RunFailure if one is wrong
     */
    long verify(int round);

    /** What the tiers of its store did, after all rounds; empty if it has none. */
    default Optional<TierResult> tiers() {
        return Optional.empty();
    }

    /** The memory to measure plain copies with, between two rounds. */
    RawCopy rawCopy();
}
