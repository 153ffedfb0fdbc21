// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeoutConverterTest {
    @ParameterizedTest
    @CsvSource({"60, 60000", "60s, 60000", "500ms, 500", "2m, 120000", "5 S, 5000"})
    void shouldReadTimes(String text, long millis) {
        assertThat(new TimeoutConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
    }
}
