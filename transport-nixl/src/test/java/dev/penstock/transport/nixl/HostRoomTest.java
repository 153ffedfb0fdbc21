// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostRoomTest {
    @TempDir
    Path group;

    private Path host;

    @BeforeEach
    void describeHost() throws IOException {
        host = group.resolve("meminfo");
        Files.writeString(host, "MemTotal:  9000 kB\nMemFree:  100 kB\nMemAvailable:   2000 kB\n");
    }

    @Test
    void shouldAskTheHost() {
        assertThat(HostRoom.availableBytes(host, group)).isEqualTo(2000 * 1024);
    }

    @Test
    void shouldAskTheControlGroup() throws IOException {
        Files.writeString(group.resolve("memory.max"), "1000000\n");
        Files.writeString(group.resolve("memory.current"), "900000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 5\ninactive_file 50000\n");

        assertThat(HostRoom.availableBytes(host, group)).isEqualTo(150_000);
    }

    @Test
    void shouldPassOverAGroupWithoutLimit() throws IOException {
        Files.writeString(group.resolve("memory.max"), "max\n");
        Files.writeString(group.resolve("memory.current"), "900000\n");

        assertThat(HostRoom.availableBytes(host, group)).isEqualTo(2000 * 1024);
    }

    @Test
    void shouldKnowNoLimitWhereTheSystemDoesNotTell() {
        assertThat(HostRoom.availableBytes(group.resolve("none"), group)).isEqualTo(Long.MAX_VALUE);
    }
}
