// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory Linux could give this process now: what the host has, or what its control group may still take. */
final class AvailableMemory {
    private static final Path HOST = Path.of("/proc/meminfo");
    private static final Path GROUP = Path.of("/sys/fs/cgroup");

    private AvailableMemory() {}

    /** The number of bytes; {@link Long#MAX_VALUE} where the system doesn't tell. */
    static long bytes() {
        return bytes(HOST, GROUP);
    }

    static long bytes(Path host, Path group) {
        OptionalLong hostKib = field(host, "MemAvailable:");
        long hostBytes = hostKib.isPresent() ? hostKib.getAsLong() * 1024 : Long.MAX_VALUE;
        return Math.min(hostBytes, groupBytes(group));
    }

    private static long groupBytes(Path group) {
        OptionalLong limit = field(group.resolve("memory.max"), "");
        OptionalLong used = field(group.resolve("memory.current"), "");
        if (limit.isEmpty() || used.isEmpty()) {
            return Long.MAX_VALUE;
        }
        // Cached file pages count as used, but the kernel gives them up when memory is short.
        long cached = field(group.resolve("memory.stat"), "inactive_file").orElse(0);
        return Math.max(0, limit.getAsLong() - used.getAsLong() + cached);
    }

    /** The number behind a name in a file of "name number" lines; empty if there is no such file, line or number. */
    private static OptionalLong field(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    String number =
                            line.substring(name.length()).replace("kB", "").trim();
                    return OptionalLong.of(Long.parseLong(number));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }
}
