// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.domain.session.Session;
import java.util.Map;

/** What a sender does in a run. All methods are called on the run's own thread, in the order in which they stand here. */
public interface SenderPart {
    /**
     * Takes all memory that is needed.
     *
     * @throws dev.penstock.ports.KvTransferException of kind CAPACITY if it doesn't fit
     */
    void allocate();

    /** The session is open. Its methods belong to the loop's thread. */
    void opened(Session session);

    /** Makes a round's objects, outside the timed part. */
    void prepare(int round);

    /**
     * Sends a round's objects and waits until the receiver owns them.
     *
     * @return the times in nanoseconds
     */
    Map<Figure, Long> run(int round);

    /** The memory to measure plain copies with, between two rounds. */
    RawCopy rawCopy();
}
