// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import dev.penstock.app.console.RunOutput;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import java.util.function.IntConsumer;

/** What people see of one process among several: each thing once. */
final class MemberOutput implements RunOutput {
    private final RoleProcess process;
    private final boolean oneOfMany;
    private final RunOutput all;
    private final IntConsumer onListening;

    /**
     * @param oneOfMany whether other processes have the same role
     * @param onListening told the port at which the receiver listens
     */
    MemberOutput(RoleProcess process, boolean oneOfMany, RunOutput all, IntConsumer onListening) {
        this.process = process;
        this.oneOfMany = oneOfMany;
        this.all = all;
        this.onListening = onListening;
    }

    @Override
    public void note(String line) {
        all.note(process.name() + ": " + line);
    }

    @Override
    public void listening(String host, int port) {
        onListening.accept(port);
    }

    @Override
    public void progress(int round, long doneBytes, long totalBytes) {
        // The receiver's counts what all senders sent.
        if (process.role() == Role.RECEIVER) {
            all.progress(round, doneBytes, totalBytes);
        }
    }

    @Override
    public void round(RoundResult result) {
        // The receiver's figures come with the result: theirs would only repeat the round.
        if (process.role() == Role.SENDER && oneOfMany) {
            note(result.describe());
        } else if (process.role() == Role.SENDER) {
            all.round(result);
        }
    }

    @Override
    public void finished(RoleReport report) {
        process.finished(report);
        if (process.role() == Role.RECEIVER) {
            all.finished(report);
        }
    }
}
