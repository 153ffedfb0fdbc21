// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void shouldDescribeASingleMeasurement() {
        assertThat(Statistics.of(List.of(3.0))).isEqualTo(new Statistics(1, 3, 0, 3, 3, 3, 3));
    }

    @Test
    void shouldComputeTheDeviationOfASample() {
        Statistics statistics = Statistics.of(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));

        assertThat(statistics.mean()).isEqualTo(5);
        assertThat(statistics.deviation()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-12));
        assertThat(statistics.min()).isEqualTo(2);
        assertThat(statistics.max()).isEqualTo(9);
        assertThat(statistics.p50()).isEqualTo(4);
        assertThat(statistics.p99()).isEqualTo(9);
    }

    @Test
    void shouldTakeQuantilesByRankInAnyOrder() {
        Statistics statistics = Statistics.of(
                DoubleStream.iterate(100, x -> x - 1).limit(100).boxed().toList());

        assertThat(statistics.p50()).isEqualTo(50);
        assertThat(statistics.p99()).isEqualTo(99);
    }

    @Test
    void shouldSayNothingOfNothing() {
        assertThatThrownBy(() -> Statistics.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
