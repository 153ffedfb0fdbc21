// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.transport.testkit.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves in its folder when it is killed, or when the disk is full. */
class CrashTest {
    private static final int LENGTH = 200_000;
    private static final int FULL_MIB = 2;

    @TempDir
    Path folder;

    private static List<String> child(List<String> prefix, Path folder, String... args) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(DiskChild.class.getName(), folder.toString()));
        command.addAll(List.of(args));
        return command;
    }

    @Test
    void shouldFindAfterAKillWhatWasPromisedAndNothingTorn() {
        Seeds.run(random -> {
            for (int life = 0; life < 4; life++) {
                Map<Long, Long> seeds = new HashMap<>();
                Set<Long> promised = new TreeSet<>();
                Process process = new ProcessBuilder(child(
                                List.of(), folder, Long.toString(1000L * life), Integer.toString(LENGTH), "remove"))
                        .redirectErrorStream(true)
                        .start();
                List<String> said = new ArrayList<>();
                int lines = 5 + random.nextInt(60);
                try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                    for (String line = output.readLine(); line != null; line = output.readLine()) {
                        said.add(line);
                        if (said.size() == lines) {
                            Thread.sleep(0, random.nextInt(999_999));
                            process.toHandle().destroyForcibly();
                        }
                    }
                }
                process.waitFor();
                assertThat(said).hasSizeGreaterThanOrEqualTo(lines);
                for (String line : said) {
                    String[] words = line.split(" ", -1);
                    long number = Long.parseLong(words[1]);
                    if (words[0].equals("written")) {
                        seeds.put(number, Long.parseLong(words[2]));
                        promised.add(number);
                    } else {
                        assertThat(words[0]).as(line).isEqualTo("removed");
                        promised.remove(number);
                    }
                }
                requirePromised(seeds, promised);
            }
        });
    }

    /** What was said is there, whole; beside it at most what was written and not said, or not removed yet. */
    private void requirePromised(Map<Long, Long> seeds, Set<Long> promised) {
        try (HostMemory memory = new HostMemory(new DirectRegions());
                DiskObjectFiles files = DiskObjectFiles.open(folder, 2, memory)) {
            Set<Long> found = new TreeSet<>();
            for (ObjectFile file : files.found()) {
                long seed = Long.parseLong(new String(file.description(), StandardCharsets.US_ASCII));
                assertThat(Disk.read(files, memory, file)).isEqualTo(Disk.content(seed, LENGTH));
                assertThat(seeds.getOrDefault(file.number(), seed)).isEqualTo(seed);
                found.add(file.number());
            }
            // The child removes the oldest one that it has spoken of; it may have done so and not said it any more.
            Set<Long> missing = new TreeSet<>(promised);
            missing.removeAll(found);
            assertThat(missing.size()).as("promised and gone: %s", missing).isLessThanOrEqualTo(1);
            if (!missing.isEmpty()) {
                assertThat(missing).containsExactly(Collections.min(promised));
                assertThat(promised).hasSizeGreaterThan(DiskChild.KEPT);
            }
            Set<Long> more = new TreeSet<>(found);
            more.removeAll(promised);
            assertThat(more.size()).as("files that nobody spoke of: %s", more).isLessThanOrEqualTo(2);
            assertThat(Disk.names(folder)).hasSize(found.size()).allMatch(name -> name.endsWith(".kv"));
            // The next life begins with nothing.
            for (ObjectFile file : files.found()) {
                Disk.await(files, told -> files.submitRemove(file, told));
            }
        }
    }

    @Test
    void shouldSayThatTheDiskIsFullAndLeaveNothingHalfDone() throws Exception {
        // A file system of a few MiB, in namespaces of the child's own, where even who is not root may mount one.
        String script = "mount -t tmpfs -o size=" + FULL_MIB + "m penstock '" + folder
                + "' && \"$@\" && echo \"left\" && ls '" + folder + "'";
        List<String> prefix = List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh");
        Process process = new ProcessBuilder(child(prefix, folder, "1", Integer.toString(LENGTH)))
                .redirectErrorStream(true)
                .start();
        List<String> said;
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            said = output.lines().toList();
        }
        assertThat(process.waitFor())
                .as("this test mounts a small file system with unshare(1), and got: %s", said)
                .isZero();

        int left = said.indexOf("left");
        List<String> written = said.subList(0, left - 1);
        assertThat(written)
                .hasSizeBetween(FULL_MIB * 1024 * 1024 / LENGTH - 2, FULL_MIB * 1024 * 1024 / LENGTH)
                .allMatch(line -> line.startsWith("written "));
        assertThat(said.get(left - 1)).startsWith("failed CAPACITY ").contains(folder.toString(), "no room");
        assertThat(said.subList(left + 1, said.size()))
                .filteredOn(name -> !name.equals("penstock.lock"))
                .hasSameSizeAs(written)
                .allMatch(name -> name.endsWith(".kv"));
    }

    @Test
    void shouldRefuseAFolderThatAnotherProcessHas() throws IOException, InterruptedException {
        try (HostMemory memory = new HostMemory(new DirectRegions());
                DiskObjectFiles files = DiskObjectFiles.open(folder, 1, memory)) {
            assertThat(files.found()).isEmpty();
            Process process = new ProcessBuilder(child(List.of(), folder, "1", "10"))
                    .redirectErrorStream(true)
                    .start();
            List<String> said;
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                said = output.lines().toList();
            }
            process.waitFor();
            assertThat(said)
                    .singleElement()
                    .asString()
                    .startsWith("failed REFUSED ")
                    .contains(
                            folder.toString(),
                            "process " + ProcessHandle.current().pid(),
                            "a folder of its own");
        }
    }
}
