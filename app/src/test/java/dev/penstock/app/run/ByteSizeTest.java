// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "4GiB, 4294967296",
        "4gib, 4294967296",
        "4G, 4294967296",
        "4 GB, 4294967296",
        "128MiB, 134217728",
        "64KiB, 65536",
        "1TiB, 1099511627776",
        "1.5GiB, 1610612736",
        "4096, 4096",
        "4096B, 4096",
        "0, 0"
    })
    void shouldReadWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "-1", "4XiB", "4 apples", "1e9", "9999999999GiB", "99999999999999999999"})
    void shouldNameWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("4GiB");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1 KiB",
        "1536, 1.5 KiB",
        "33554432, 32 MiB",
        "4294967296, 4 GiB",
        "4294967297, 4.0 GiB",
        "1125899906842624, 1024 TiB"
    })
    void shouldWriteWhatPeopleRead(long bytes, String text) {
        assertThat(ByteSize.format(bytes)).isEqualTo(text);
    }

    @Test
    void shouldReadBackWhatItWrites() {
        for (long bytes = 1; bytes < 1L << 45; bytes *= 2) {
            assertThat(ByteSize.parse(ByteSize.format(bytes))).isEqualTo(bytes);
        }
    }
}
