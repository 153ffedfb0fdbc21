// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;

/** What one role says while it runs. Called by the run's own thread. */
public interface RunOutput extends AutoCloseable {
    /** Something that a person may want to know. */
    void note(String line);

    /** The receiver listens. */
    void listening(String host, int port);

    /**
     * How far a round is.
     *
     * @param round 1 for the first one that counts; less for a warm-up
     */
    void progress(int round, long doneBytes, long totalBytes);

    /** A round is over; its warm-up is not told. */
    void round(RoundResult result);

    /** All is over and well. */
    void finished(RoleReport report);

    /** Nothing more will be said. */
    @Override
    default void close() {}
}
