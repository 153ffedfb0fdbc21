// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.app.report.Figure;
import dev.penstock.app.report.RoundResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HumanOutputTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void shouldWritePlainLinesWhereNobodyCanDraw() {
        try (HumanOutput output = new HumanOutput(out, false)) {
            output.note("sized to something");
            output.progress(0, 1, 2);
            output.round(new RoundResult(2, 3L << 30, Map.of(Figure.SENDER, 1_500_000_000L)));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("sized to something\nround 2: 3 GiB, sent 2.00 GiB/s (1.500 s)\n");
    }
}
