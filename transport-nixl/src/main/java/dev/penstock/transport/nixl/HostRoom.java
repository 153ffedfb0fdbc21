// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory Linux could give this process now: what the host has, or what its control group may still take. */
final class HostRoom {
    private static final Path HOST = Path.of("/proc/meminfo");
    private static final Path GROUP = Path.of("/sys/fs/cgroup");
    private static final long KIB = 1024;

    private HostRoom() {}

    /** The number of bytes; {@link Long#MAX_VALUE} where the system doesn't tell. */
    static long availableBytes() {
        return availableBytes(HOST, GROUP);
    }

    static long availableBytes(Path host, Path group) {
        OptionalLong free = number(host, "MemAvailable:");
        long hostBytes = free.isPresent() ? free.getAsLong() * KIB : Long.MAX_VALUE;
        OptionalLong limit = number(group.resolve("memory.max"), "");
        OptionalLong used = number(group.resolve("memory.current"), "");
        if (limit.isEmpty() || used.isEmpty()) {
            return hostBytes;
        }
        // Cached file pages count as used, but the kernel gives them up when memory is short.
        long cached = number(group.resolve("memory.stat"), "inactive_file").orElse(0);
        return Math.min(hostBytes, Math.max(0, limit.getAsLong() - used.getAsLong() + cached));
    }

    private static OptionalLong number(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    return OptionalLong.of(Long.parseLong(
                            line.substring(name.length()).replace("kB", "").trim()));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No such file, or "max": no limit is known.
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }
}
