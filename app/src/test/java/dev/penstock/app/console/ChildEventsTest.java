// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.app.report.Figure;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.report.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChildEventsTest {
    private final List<String> heard = new ArrayList<>();

    private final RunOutput parent = new RunOutput() {
        @Override
        public void note(String line) {
            heard.add("note " + line);
        }

        @Override
        public void listening(String host, int port) {
            heard.add("listening " + host + " " + port);
        }

        @Override
        public void progress(int round, long doneBytes, long totalBytes) {
            heard.add("progress " + round + " " + doneBytes + " " + totalBytes);
        }

        @Override
        public void round(RoundResult result) {
            heard.add(result.toString());
        }

        @Override
        public void finished(RoleReport report) {
            heard.add(report.toString());
        }
    };

    @Test
    void shouldTellTheParentWhatTheChildSaid() {
        RoundResult round = new RoundResult(3, 1L << 35, Map.of(Figure.DELIVERED, 1L << 33));
        RoleReport report = new RoleReport(
                Role.RECEIVER, "receiver", List.of(round), 5, 6, new Traffic(1, 2, 3, 4), List.of(), Optional.empty());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ChildOutput child = new ChildOutput(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            child.note("\u00e9 \"quoted\"\n and a second line");
            child.listening("localhost", 65535);
            child.progress(1, 7, 1L << 40);
            child.round(round);
            child.finished(report);
        }

        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(5).allMatch(line -> ChildEvents.take(line, parent));
        assertThat(heard)
                .containsExactly(
                        "note \u00e9 \"quoted\"\n and a second line",
                        "listening localhost 65535",
                        "progress 1 7 1099511627776",
                        round.toString(),
                        report.toString());
    }

    @Test
    void shouldNotFloodTheParentWithProgress() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ChildOutput child = new ChildOutput(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            for (int i = 0; i < 10_000; i++) {
                child.progress(0, i, 10_000);
            }
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().count()).isLessThan(1_000);
    }

    @Test
    void shouldLeaveOtherLinesToPeople() {
        assertThat(ChildEvents.take("WARNING: something", parent)).isFalse();
        assertThat(ChildEvents.take("@penstock {\"event\":\"round\",\"rou", parent))
                .isFalse();
        assertThat(ChildEvents.take("@penstock {\"event\":\"dance\"}", parent)).isFalse();
        assertThat(ChildEvents.take("@penstock {\"event\":\"note\"}", parent)).isFalse();
        assertThat(heard).isEmpty();
    }
}
