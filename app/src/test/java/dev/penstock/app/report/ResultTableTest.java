// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawRate;
import dev.penstock.app.raw.RawWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    private static final long GIB = 1L << 30;
    private static final CopyModel MODEL = new CopyModel(List.of(RawWork.COPY), List.of(RawWork.COPY));

    @Test
    void shouldShowFiguresChecksAndWhatCopiesAllow() {
        String table = ResultTable.of(report(sender("sender", 500_000_000L), receiver(400_000_000L)));

        assertThat(table.lines())
                .anyMatch(line -> line.matches("sent +8\\.00 +0\\.00 .*500\\.00 ms +500\\.00 ms"))
                .anyMatch(line -> line.matches("delivered +8\\.00 .*"))
                .anyMatch(line -> line.matches("received +10\\.00 .*"))
                .anyMatch(line -> line.matches("verified +3 objects, 12 GiB: each once, in order, every byte right"))
                .anyMatch(line -> line.contains("1.00 read, 1.00 written, 0.50 read for digests"))
                .anyMatch(line -> line.contains(
                        "min(sender: 1 copy at 9.00 -> 9.00; receiver: 1 copy at 10.00 -> 10.00) = 9.00 GiB/s;"
                                + " delivered is 0.89 of it"));
    }

    @Test
    void shouldTellSeveralSendersApartAndCompareTheReceiver() {
        RunReport report =
                report(sender("sender-1", 500_000_000L), sender("sender-2", 500_000_000L), receiver(1_000_000_000L));

        assertThat(ResultTable.of(report)).contains("sent (sender-1)", "sent (sender-2)", "delivered is 0.40 of it");
        assertThat(report.deliveredGibPerSecond()).isEqualTo(4.0);
    }

    @Test
    void shouldSayNothingOfTheSideThatIsNotThere() {
        String table = ResultTable.of(report(sender("sender", 500_000_000L)));

        assertThat(table).contains("delivered").doesNotContain("received", "verified", "what copies allow");
    }

    @Test
    void shouldChooseTheUnitOfATime() {
        assertThat(ResultTable.time(2.5)).isEqualTo("2.50 s");
        assertThat(ResultTable.time(0.0123)).isEqualTo("12.30 ms");
        assertThat(ResultTable.time(0.0000456)).isEqualTo("45.6 us");
    }

    private static RunReport report(RoleReport... roles) {
        return new RunReport("pipe", Map.of(), new ArrayList<>(List.of(roles)), MODEL);
    }

    private static RoleReport sender(String node, long nanos) {
        RoundResult round = new RoundResult(1, 4 * GIB, Map.of(Figure.SENDER, nanos, Figure.DELIVERED, nanos));
        return new RoleReport(
                Role.SENDER,
                node,
                List.of(round),
                0,
                0,
                new Traffic(2, 2, 1, 2),
                List.of(new RawRate(RawWork.COPY, 12, 9)),
                Optional.of(new LinkResult(OptionalDouble.empty(), 21_500)));
    }

    private static RoleReport receiver(long nanos) {
        return new RoleReport(
                Role.RECEIVER,
                "receiver",
                List.of(new RoundResult(1, 4 * GIB, Map.of(Figure.RECEIVER, nanos))),
                3,
                12 * GIB,
                new Traffic(2, 2, 1, 2),
                List.of(new RawRate(RawWork.COPY, 12, 10)),
                Optional.empty());
    }
}
