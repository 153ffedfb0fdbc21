// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import dev.penstock.app.run.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the operating system allows. Sources: proc(5) for the limits, Linux's {@code admin-guide/mm/transhuge} for huge pages,
 * {@code admin-guide/LSM/Yama} for what one process may do to another.
 */
public final class HostFindings {
    private static final long LITTLE_SHARED_MEMORY = 1L << 30;
    private static final long FEW_FILES = 1024;
    private static final String UNLIMITED = "unlimited";

    private final Path root;

    /** Of the host whose files are under {@code root}: {@code /}, but for tests. */
    HostFindings(Path root) {
        this.root = root;
    }

    /** Looks at this host. */
    public static List<Finding> look() {
        return new HostFindings(Path.of("/")).findings();
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " CPUs"));
        findings.add(sharedMemory());
        limit("Max locked memory").ifPresent(value -> findings.add(lockedMemory(value)));
        limit("Max open files").ifPresent(value -> findings.add(openFiles(value)));
        hugePages().ifPresent(findings::add);
        ptrace().ifPresent(findings::add);
        return findings;
    }

    private Finding sharedMemory() {
        Path directory = root.resolve("dev/shm");
        try {
            long bytes = Files.getFileStore(directory).getUsableSpace();
            String text = directory + " has " + ByteSize.format(bytes) + " free";
            return bytes < LITTLE_SHARED_MEMORY
                    ? Finding.note(
                            "shared memory",
                            text
                                    + ": loopback's rings must fit; enlarge it (mount -o remount,size=..., or a container's"
                                    + " --shm-size), or set PENSTOCK_SHARED_DIR")
                    : Finding.ok("shared memory", text);
        } catch (IOException e) {
            return Finding.note(
                    "shared memory", directory + " can't be used (" + e + "): set PENSTOCK_SHARED_DIR for loopback");
        }
    }

    private static Finding lockedMemory(String value) {
        return value.equals(UNLIMITED)
                ? Finding.ok("locked memory", "unlimited")
                : Finding.note(
                        "locked memory",
                        "limited to " + value
                                + " bytes (ulimit -l): RDMA devices register memory by locking it, so they"
                                + " need 'unlimited'; nothing else does");
    }

    private static Finding openFiles(String value) {
        return !value.equals(UNLIMITED) && Long.parseLong(value) < FEW_FILES
                ? Finding.note("open files", "at most " + value + " (ulimit -n): many peers need more")
                : Finding.ok("open files", "at most " + value);
    }

    private Optional<Finding> hugePages() {
        return line("sys/kernel/mm/transparent_hugepage/enabled", "[")
                .map(modes -> modes.contains("[never]")
                        ? Finding.note(
                                "huge pages",
                                "transparent huge pages are off (" + modes.strip()
                                        + "): host memory moves at about half the speed; set it to madvise")
                        : Finding.ok("huge pages", "transparent huge pages: " + modes.strip()));
    }

    private Optional<Finding> ptrace() {
        return line("proc/sys/kernel/yama/ptrace_scope", "")
                .map(scope -> scope.strip().equals("0")
                        ? Finding.ok(
                                "copies between processes", "allowed between processes of one user (ptrace_scope 0)")
                        : Finding.note(
                                "copies between processes",
                                "restricted (/proc/sys/kernel/yama/ptrace_scope is " + scope.strip()
                                        + "): UCX's cma may be refused, and host memory then goes over TCP"));
    }

    /** The soft limit of that name. */
    private Optional<String> limit(String name) {
        return line("proc/self/limits", name)
                .map(line -> line.substring(name.length())
                        .strip()
                        .split("\\s+", 2)[0]
                        .toLowerCase(Locale.ROOT));
    }

    private Optional<String> line(String file, String containing) {
        try {
            return Files.readAllLines(root.resolve(file)).stream()
                    .filter(line -> line.contains(containing))
                    .findFirst();
        } catch (IOException e) {
            // Another system, or another kernel: there is nothing to say about it.
            return Optional.empty();
        }
    }
}
