// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.transport.testkit.memory.HostRegionsContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectRegionsTest {
    private static final int LARGE = 100 << 20;
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Path STATM = Path.of("/proc/self/statm");

    @TempDir
    Path directory;

    @Nested
    class InOneBuffer extends HostRegionsContract {
        @Override
        protected HostRegions regions() {
            return new DirectRegions();
        }
    }

    @Nested
    class InAFile extends HostRegionsContract {
        @Override
        protected HostRegions regions() {
            return new DirectRegions(0, directory);
        }
    }

    @Test
    void shouldGiveBufferMemoryBackAtOnce() throws IOException {
        assumeTrue(Files.isReadable(STATM), "only Linux tells what is resident");
        HostRegion block = new DirectRegions().allocate(LARGE);
        long open = residentBytes();

        block.close();

        assertThat(open - residentBytes()).isGreaterThan(LARGE / 2);
    }

    private static long residentBytes() throws IOException {
        try (Scanner pages = new Scanner(STATM, StandardCharsets.US_ASCII)) {
            pages.nextLong();
            return pages.nextLong() * Pages.ALIGNMENT_BYTES;
        }
    }

    @Test
    void shouldUnmapFilesAtOnce() throws IOException {
        assumeTrue(Files.isReadable(MAPS), "only Linux tells what is mapped");
        HostRegion block = new DirectRegions(0, directory).allocate(LARGE);
        assertThat(mappings()).isPositive();

        block.close();

        assertThat(mappings()).isZero();
    }

    private long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(directory.toString())).count();
        }
    }

    @Test
    void shouldLeaveNoFilesBehind() throws IOException {
        try (HostRegion block = new DirectRegions(0, directory).allocate(5000);
                Stream<Path> files = Files.list(directory)) {
            assertThat(block.window(4999, 1).get(0)).isZero();
            assertThat(files).isEmpty();
        }
    }

    @Test
    void shouldSayWhereNoFileCouldBeMade() {
        Path missing = directory.resolve("missing");

        KvTransferException failure =
                catchThrowableOfType(KvTransferException.class, () -> new DirectRegions(0, missing).allocate(5000));

        assertThat(failure.kind()).isEqualTo(FailureKind.CAPACITY);
        assertThat(failure).hasMessageContaining(missing.toString()).hasCauseInstanceOf(IOException.class);
    }
}
