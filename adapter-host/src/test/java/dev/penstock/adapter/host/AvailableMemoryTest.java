// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
    @TempDir
    Path group;

    private Path host;

    @BeforeEach
    void write() throws IOException {
        host = group.resolve("meminfo");
        Files.writeString(host, "MemTotal:       24000000 kB\nMemFree:  100 kB\nMemAvailable:    5000 kB\n");
        Files.writeString(group.resolve("memory.current"), "3000000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 17\ninactive_file 500000\nactive_file 3\n");
    }

    @Test
    void shouldTellWhatTheHostHasIfTheGroupHasNoLimit() throws IOException {
        assertThat(AvailableMemory.bytes(host, group)).isEqualTo(5_120_000);

        Files.writeString(group.resolve("memory.max"), "max\n");
        assertThat(AvailableMemory.bytes(host, group)).isEqualTo(5_120_000);
    }

    @Test
    void shouldTellWhatTheGroupMayStillTake() throws IOException {
        Files.writeString(group.resolve("memory.max"), "4000000\n");
        assertThat(AvailableMemory.bytes(host, group)).isEqualTo(1_500_000);

        Files.writeString(group.resolve("memory.max"), "1000000\n");
        assertThat(AvailableMemory.bytes(host, group)).isZero();
    }

    @Test
    void shouldExpectNoLimitWhereNothingIsTold() {
        Path nowhere = group.resolve("nowhere");
        assertThat(AvailableMemory.bytes(nowhere, nowhere)).isEqualTo(Long.MAX_VALUE);
    }
}
