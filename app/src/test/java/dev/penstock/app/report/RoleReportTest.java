// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.penstock.app.raw.RawRate;
import dev.penstock.app.raw.RawWork;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RoleReportTest {
    private static final RoleReport REPORT = new RoleReport(
            Role.SENDER,
            "sender-1",
            List.of(
                    new RoundResult(
                            1, 1L << 40, Map.of(Figure.SENDER, 5_000_000_000L, Figure.DELIVERED, 6_000_000_001L)),
                    new RoundResult(2, 1L << 40, Map.of(Figure.WALL, 7L))),
            12,
            3_000_000_000L,
            new Traffic(100, 200, 50, 300),
            List.of(new RawRate(RawWork.COPY, 7.5, 6.25)),
            Optional.of(new LinkResult(OptionalDouble.of(3.25), 12_345)));

    @Test
    void shouldComeThroughJsonAsItWas() throws IOException {
        String json = JSON.std.asString(REPORT.toMap());

        assertThat(RoleReport.fromMap(JSON.std.mapFrom(json))).isEqualTo(REPORT);
    }

    @Test
    void shouldNameWhatIsMissing() {
        Map<String, Object> map = new HashMap<>(REPORT.toMap());
        map.remove("node");

        assertThatThrownBy(() -> RoleReport.fromMap(map))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'node'");
    }

    @Test
    void shouldCountPerByteMoved() {
        Map<String, Object> traffic = REPORT.traffic().toMap();

        assertThat(traffic)
                .containsEntry("read_per_byte", 2.0)
                .containsEntry("digest_read_per_byte", 0.5)
                .containsEntry("written_per_byte", 3.0);
    }
}
