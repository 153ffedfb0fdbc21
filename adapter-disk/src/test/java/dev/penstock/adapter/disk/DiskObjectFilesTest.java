// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.transport.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the folder, beyond the contract. */
class DiskObjectFilesTest {
    private static final byte[] DESCRIPTION = {1, 2, 3};

    private final HostMemory memory = new HostMemory(new DirectRegions());

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        memory.close();
    }

    private DiskObjectFiles open() {
        return DiskObjectFiles.open(folder, 2, memory);
    }

    private ObjectFile stored(int length) {
        try (DiskObjectFiles files = open()) {
            return Disk.write(files, memory, DESCRIPTION, Disk.content(length, length));
        }
    }

    @Test
    void shouldRefuseAFolderThatIsOpen() {
        try (DiskObjectFiles first = open()) {
            assertThat(first.discarded()).isZero();
            assertThatExceptionOfType(KvTransferException.class)
                    .isThrownBy(this::open)
                    .withMessageContaining(folder.toString())
                    .withMessageContaining("a folder of its own")
                    .extracting(KvTransferException::kind)
                    .isEqualTo(FailureKind.REFUSED);
        }
        open().close();
    }

    @Test
    void shouldSayWhichFolderCanNotBeUsed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> DiskObjectFiles.open(file, 1, memory))
                .withMessageContaining(file.toString())
                .extracting(KvTransferException::kind)
                .isEqualTo(FailureKind.UNAVAILABLE);
        assertThatIllegalArgumentException().isThrownBy(() -> DiskObjectFiles.open(folder, 0, memory));
    }

    @Test
    void shouldMakeTheFolder() {
        Path deep = folder.resolve("a").resolve("b");
        DiskObjectFiles.open(deep, 1, memory).close();
        assertThat(deep).isDirectory();
    }

    @Test
    void shouldRemoveLeftoversAndLeaveStrangersAlone() throws IOException {
        ObjectFile whole = stored(100);
        Files.write(folder.resolve("00000000000000ff.tmp"), new byte[5_000]);
        Files.write(folder.resolve("00000000000000fe.kv"), new byte[0]);
        Files.write(folder.resolve("notes.tmp"), new byte[3]);
        Files.write(folder.resolve("00000000000000FF.kv"), new byte[3]);

        try (DiskObjectFiles files = open()) {
            assertThat(files.discarded()).isEqualTo(2);
            assertThat(files.found()).extracting(ObjectFile::number).containsExactly(whole.number());
            assertThat(Disk.names(folder)).containsExactly("0000000000000001.kv", "00000000000000FF.kv", "notes.tmp");
        }
    }

    @Test
    void shouldDiscardFilesThatAreCutOrLongerThanTheyShouldBe() throws IOException {
        for (long length : List.of(0L, 10L, 47L, 50L, 4095L, 4096L, 4195L, 4197L)) {
            ObjectFile file = stored(100);
            try (FileChannel channel = FileChannel.open(Disk.whole(folder, file.number()), StandardOpenOption.WRITE)) {
                channel.truncate(length);
                if (channel.size() < length) {
                    channel.write(ByteBuffer.allocate(1), length - 1);
                }
            }
            requireDiscarded();
        }
    }

    @Test
    void shouldDiscardFilesWhoseHeadIsNotWhatWasWritten() {
        Seeds.run(random -> {
            for (int at = 0; at < 48 + DESCRIPTION.length; at++) {
                ObjectFile file = stored(1 + random.nextInt(200));
                // Magic, version, lengths, number, digest, the check itself, and the description.
                Disk.flip(Disk.whole(folder, file.number()), at);
                requireDiscarded();
            }
        });
    }

    @Test
    void shouldDiscardAFileUnderAnotherNumber() throws IOException {
        ObjectFile file = stored(100);
        Files.move(Disk.whole(folder, file.number()), Disk.whole(folder, file.number() + 1));
        requireDiscarded();
    }

    private void requireDiscarded() {
        try (DiskObjectFiles files = open()) {
            assertThat(files.found()).isEmpty();
            assertThat(files.discarded()).isEqualTo(1);
        }
        assertThat(Disk.names(folder)).isEmpty();
    }

    @Test
    void shouldNoticeAFileThatWasCutAfterItWasOpened() throws IOException {
        stored(100_000);
        try (DiskObjectFiles files = open()) {
            ObjectFile file = files.found().get(0);
            try (FileChannel channel = FileChannel.open(Disk.whole(folder, file.number()), StandardOpenOption.WRITE)) {
                channel.truncate(50_000);
            }
            assertThatExceptionOfType(KvTransferException.class)
                    .isThrownBy(() -> Disk.read(files, memory, file))
                    .extracting(KvTransferException::kind)
                    .isEqualTo(FailureKind.CORRUPTED);
        }
    }

    @Test
    void shouldFailAWriteWhereTheFolderIsGone() throws IOException {
        try (DiskObjectFiles files = open()) {
            Files.delete(folder.resolve("penstock.lock"));
            Files.delete(folder);
            assertThatExceptionOfType(KvTransferException.class)
                    .isThrownBy(() -> Disk.write(files, memory, DESCRIPTION, Disk.content(1, 10)))
                    .withMessageContaining(folder.toString())
                    .extracting(KvTransferException::kind)
                    .isEqualTo(FailureKind.NATIVE);
        }
    }
}
