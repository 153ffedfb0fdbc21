// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawRate;
import dev.penstock.app.run.ByteSize;
import java.util.List;
import java.util.Locale;

/** A report as text for people. */
public final class ResultTable {
    private ResultTable() {}

    /** The text, with a line break at its end. */
    public static String of(RunReport report) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%-26s %10s %8s %8s %8s %8s %8s %10s %10s%n",
                "GiB/s",
                "mean",
                "sd",
                "min",
                "max",
                "p50",
                "p99",
                "time p50",
                "time p99"));
        for (RunReport.Row row : report.rows()) {
            if (!row.figure().isRate()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-26s %75s %10s%n",
                        row.title(),
                        time(row.seconds().p50()),
                        time(row.seconds().p99())));
                continue;
            }
            Statistics rate = row.gibPerSecond();
            text.append(String.format(
                    Locale.ROOT,
                    "%-26s %10.2f %8.2f %8.2f %8.2f %8.2f %8.2f %10s %10s%n",
                    row.title(),
                    rate.mean(),
                    rate.deviation(),
                    rate.min(),
                    rate.max(),
                    rate.p50(),
                    rate.p99(),
                    time(row.seconds().p50()),
                    time(row.seconds().p99())));
        }
        report.receiver()
                .ifPresent(receiver -> line(
                        text,
                        "verified",
                        receiver.verifiedObjects() + " objects, " + ByteSize.format(receiver.verifiedBytes())
                                + ": each once, in order, every byte right"));
        for (RoleReport role : report.roles()) {
            role.link().ifPresent(link -> line(text, "link before the rounds", link.describe()));
        }
        for (RoleReport role : report.roles()) {
            role.tiers().ifPresent(tiers -> tiers.describe().forEach((title, what) -> line(text, title, what)));
        }
        for (RoleReport role : report.roles()) {
            line(text, "memory per byte, " + role.role().label(), role.traffic().describe());
        }
        for (RoleReport role : report.roles()) {
            rawLine(text, role.role(), role.rawRates());
        }
        for (RoleReport role : report.roles()) {
            role.hiddenShare()
                    .ifPresent(share -> line(
                            text,
                            "hidden, " + role.role().label(),
                            String.format(
                                    Locale.ROOT,
                                    "%.1f %% of the transfer's time, behind a simulated forward pass",
                                    100 * share)));
        }
        double delivered = report.deliveredGibPerSecond();
        report.ceiling().ifPresent(ceiling -> ceilingLine(text, "what copies allow", ceiling, "delivered", delivered));
        report.digestCeiling()
                .ifPresent(ceiling -> ceilingLine(text, "and with digest passes", ceiling, "delivered", delivered));
        report.retrievalCeiling()
                .ifPresent(ceiling ->
                        ceilingLine(text, "and of a retrieval", ceiling, "retrieved", report.retrievedGibPerSecond()));
        return text.toString();
    }

    private static void ceilingLine(
            StringBuilder text, String title, CopyModel.Ceiling ceiling, String what, double gibPerSecond) {
        line(
                text,
                title,
                String.format(
                        Locale.ROOT,
                        "%s; %s is %.2f of it",
                        ceiling.arithmetic(),
                        what,
                        gibPerSecond / ceiling.gibPerSecond()));
    }

    private static void rawLine(StringBuilder text, Role role, List<RawRate> rates) {
        for (RawRate rate : rates) {
            line(
                    text,
                    "plain " + rate.work().noun() + ", " + role.label(),
                    String.format(
                            Locale.ROOT, "%.2f alone, %.2f while the other side works", rate.alone(), rate.together()));
        }
    }

    private static void line(StringBuilder text, String title, String value) {
        text.append(String.format(Locale.ROOT, "%-26s %s%n", title, value));
    }

    /** A time with a unit that suits it. */
    static String time(double seconds) {
        if (seconds >= 1) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        return seconds >= 1e-3
                ? String.format(Locale.ROOT, "%.2f ms", seconds * 1e3)
                : String.format(Locale.ROOT, "%.1f us", seconds * 1e6);
    }
}
