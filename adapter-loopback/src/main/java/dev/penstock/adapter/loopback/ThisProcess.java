// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * Tells this process from all others of the host.
 *
 * <p>It matters for locks: a file lock belongs to the process, and closing any channel on the file gives it up. So nothing
 * may open the lock file of an endpoint of its own process, and the token in the endpoint's name tells whose it is.
 */
final class ThisProcess {
    /** A number that no other process of the host has; the same for all class loaders of this one. */
    static final long TOKEN = token();

    private ThisProcess() {}

    private static long token() {
        ProcessHandle process = ProcessHandle.current();
        // Process ids are unique within a namespace and repeat in time, hence the namespace and the start.
        String identity = pidNamespace()
                + ' '
                + process.pid()
                + ' '
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        UUID digest = UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
        return digest.getMostSignificantBits() ^ digest.getLeastSignificantBits();
    }

    private static String pidNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException e) {
            return "one pid namespace";
        }
    }
}
