// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all files of the shared directory need: rights, space, and failures that say what to do. */
final class SharedFiles {
    private static final int BLOCK_BYTES = 256 << 10;

    private SharedFiles() {}

    /** For {@link Files#createDirectory}: nobody else may enter. */
    static FileAttribute<Set<PosixFilePermission>> ownerOnlyDirectory() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    }

    /** For new files: nobody else may read or write. */
    static FileAttribute<Set<PosixFilePermission>> ownerOnlyFile() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    /**
     * Takes the space of an empty file. A file that was only made longer has none: touching it where the file system is
     * full kills the process with SIGBUS, while a write that doesn't fit fails here.
     */
    static void takeSpace(FileChannel channel, long lengthBytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(lengthBytes, BLOCK_BYTES));
        long written = 0;
        while (written < lengthBytes) {
            zeros.clear().limit((int) Math.min(lengthBytes - written, zeros.capacity()));
            written += channel.write(zeros, written);
        }
    }

    /** Bytes that this user could still write below the directory; 0 if that can't be told. */
    static long availableBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The failure of a block that doesn't fit. */
    static KvTransferException noRoom(
            String operation, long lengthBytes, long availableBytes, Path directory, @Nullable IOException cause) {
        return new KvTransferException(
                FailureKind.CAPACITY,
                operation,
                String.format(
                        Locale.ROOT,
                        "%,d bytes asked, %,d free in %s: ask for less, remove files there, or enlarge it"
                                + " (mount -o remount,size=… or docker run --shm-size=…)",
                        lengthBytes,
                        availableBytes,
                        directory),
                cause);
    }

    /** The failure of a file that should work and does not. */
    static KvTransferException unusable(String operation, Path path, IOException cause) {
        return new KvTransferException(
                FailureKind.UNAVAILABLE, operation, "can't use " + path + ": " + describe(cause), cause);
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    /** The names of what is in a directory; none if it is gone. */
    static List<String> namesIn(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    /** Deletes what can be deleted; what can't is left for the next process that cleans up. */
    static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            System.getLogger(SharedFiles.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "left behind: " + path + ": " + describe(e));
        }
    }
}
