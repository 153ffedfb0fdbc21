// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.storage.ObjectFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one process: its lock, the names in it, and what was in it when it was opened. Names that are none of ours
 * are left alone.
 */
final class Folder implements AutoCloseable {
    private static final String LOCK = "penstock.lock";
    private static final String WHOLE = ".kv";
    private static final String UNFINISHED = ".tmp";
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{16}\\.(kv|tmp)");
    private static final String OPERATION = "open a folder for objects";

    private final Path path;
    private final FileChannel lockFile;
    private final List<ObjectFile> found = new ArrayList<>();
    private int discarded;

    private Folder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Opens a folder, made if it is not there, for this process alone, and removes what a crash has left there.
     *
     * @throws KvTransferException of kind REFUSED if another process has it, UNAVAILABLE if it can't be used
     */
    static Folder open(Path path) {
        try {
            Files.createDirectories(path);
            Folder folder = new Folder(path, locked(path));
            try {
                folder.scan();
            } catch (IOException | RuntimeException e) {
                folder.lockFile.close();
                throw e;
            }
            return folder;
        } catch (IOException e) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE,
                    OPERATION,
                    "the folder " + path + " can't be used (" + e + "): name one that this process may write",
                    e);
        }
    }

    /** The lock ends with the process, however it ends; the file stays, since removing it would let two have it. */
    private static FileChannel locked(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new KvTransferException(
                        FailureKind.REFUSED,
                        OPERATION,
                        "the folder " + path + " is in use by " + owner(channel)
                                + ": give each process a folder of its own, or end that one");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
                    0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString();
        return pid.isEmpty() ? "another process" : "process " + pid;
    }

    private void scan() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (OURS.matcher(name).matches()) {
                    Optional<ObjectFile> file = name.endsWith(WHOLE) ? read(entry, name) : Optional.empty();
                    file.ifPresent(found::add);
                    if (file.isEmpty()) {
                        Files.delete(entry);
                        discarded++;
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(ObjectFile::number));
    }

    private static Optional<ObjectFile> read(Path entry, String name) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(FileHead.mostBytes());
        try (FileChannel channel = FileChannel.open(entry, StandardOpenOption.READ)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // A read may give less than it was asked for.
            }
            return FileHead.decode(head.flip(), channel.size()).filter(file -> name.equals(name(file.number(), WHOLE)));
        }
    }

    private static String name(long number, String ending) {
        return String.format("%016x%s", number, ending);
    }

    List<ObjectFile> found() {
        return List.copyOf(found);
    }

    int discarded() {
        return discarded;
    }

    Path path() {
        return path;
    }

    /** Where a file is when it is whole. */
    Path whole(ObjectFile file) {
        return path.resolve(name(file.number(), WHOLE));
    }

    /** Where a file is while it is written. */
    Path unfinished(ObjectFile file) {
        return path.resolve(name(file.number(), UNFINISHED));
    }

    /** Makes what was renamed or removed so for good. */
    void force() throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
