// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.PartStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartTimelineTest {
    @TempDir
    Path directory;

    private final PartTimeline timeline = new PartTimeline();

    private List<String> written() throws IOException {
        Path file = directory.resolve("node.csv");
        timeline.write(file);
        return Files.readAllLines(file);
    }

    @Test
    void shouldWriteRoundsAndPartsInTheirOrder() throws IOException {
        long before = System.nanoTime();
        timeline.roundBegins(3);
        timeline.part(PartStage.SEALED, -1, 7, 4096);
        timeline.part(PartStage.CONSUMED, 5, 8, 0);
        timeline.roundEnds(3);
        long after = System.nanoTime();
        List<String> lines = written();
        assertThat(lines.get(0)).isEqualTo("nanos,event,epoch,number,bytes");
        assertThat(lines.stream().skip(1).map(line -> line.substring(line.indexOf(','))))
                .containsExactly(
                        ",round begins,0000000000000000,3,0",
                        ",round ends,0000000000000000,3,0",
                        ",sealed,ffffffffffffffff,7,4096",
                        ",consumed,0000000000000005,8,0");
        assertThat(lines.stream().skip(1).map(line -> Long.parseLong(line.substring(0, line.indexOf(',')))))
                .allMatch(nanos -> nanos - before >= 0 && after - nanos >= 0);
    }

    @Test
    void shouldForgetTheEarliestPartsWhenThereAreTooMany() throws IOException {
        int parts = 70_000;
        for (int i = 0; i < parts; i++) {
            timeline.part(PartStage.ARRIVED, 1, i, 1);
        }
        List<String> lines = written();
        assertThat(lines).hasSize(1 + 65_536);
        assertThat(lines.get(1)).endsWith(",arrived,0000000000000001," + (parts - 65_536) + ",1");
        assertThat(lines.get(65_536)).endsWith("," + (parts - 1) + ",1");
    }
}
