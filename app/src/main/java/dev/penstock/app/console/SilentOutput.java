// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;

/** Says nothing. */
public final class SilentOutput implements RunOutput {
    @Override
    public void note(String line) {}

    @Override
    public void listening(String host, int port) {}

    @Override
    public void progress(int round, long doneBytes, long totalBytes) {}

    @Override
    public void round(RoundResult result) {}

    @Override
    public void finished(RoleReport report) {}
}
