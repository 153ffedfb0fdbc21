// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.penstock.ports.Metric;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TierResultTest {
    private static final TierResult RESULT = TierResult.of(
            "device=1,host=2",
            Map.of(
                    Metric.BYTES_DEMOTED, 9L << 30,
                    Metric.DEMOTION_NANOS, 2_000_000_000L,
                    Metric.HOST_TIER_HITS, 7L,
                    Metric.TIER_DAMAGES, 1L,
                    Metric.BYTES_SENT, 5L),
            5.0,
            6.0);

    @Test
    void shouldComeThroughJsonAsItWas() throws IOException {
        Map<String, Object> map = JSON.std.mapFrom(JSON.std.asString(RESULT.toMap()));

        assertThat(TierResult.of(new Fields(map))).isEqualTo(RESULT);
        assertThat(map)
                .containsEntry("demotion_gib_per_second", 4.5)
                .containsEntry("demotion_share", 0.9)
                .containsEntry("promotion_gib_per_second", 0.0)
                .doesNotContainKey("bytes_sent");
    }

    @Test
    void shouldSetTheTiersBesideAPlainCopy() {
        assertThat(RESULT.describe())
                .containsEntry("tiers", "device=1,host=2")
                .containsEntry("to host memory", "9 GiB at 4.50 GiB/s; a plain copy 5.00 GiB/s, this is 0.90 of it");
        assertThat(RESULT.describe().get("chunks found in")).contains("7 host memory", "1 copies damaged");
    }
}
