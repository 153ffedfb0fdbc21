// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes, reads and removes files, blocking. For threads of the adapter's own. */
final class FileWork {
    /**
     * Bytes that are digested and then written, or read and then digested, in one go: few enough to be still in a core's
     * cache, enough for a disk.
     */
    private static final int WINDOW_BYTES = 1 << 20;

    private final Folder folder;
    private final Memory memory;

    FileWork(Folder folder, Memory memory) {
        this.folder = folder;
        this.memory = memory;
    }

    /** One window of an object. */
    private interface WindowStep {
        void take(ByteBuffer window) throws IOException;
    }

    /** Writes a file under another name, and gives it its own when all of it is on the disk. */
    void write(ObjectFile file, List<Span> from) {
        Path unfinished = folder.unfinished(file);
        try {
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeAll(channel, FileHead.encode(file));
                if (digestOf(from, window -> writeAll(channel, window), true) != file.digest()) {
                    throw new KvTransferException(
                            FailureKind.CORRUPTED,
                            "write an object's file",
                            "the bytes for " + file + " do not have its digest; it was not written");
                }
                channel.force(true);
            }
            Files.move(unfinished, folder.whole(file), StandardCopyOption.ATOMIC_MOVE);
            folder.force();
        } catch (IOException e) {
            forget(file, e);
            throw writeFailure(file, e);
        } catch (RuntimeException e) {
            forget(file, e);
            throw e;
        }
    }

    private void forget(ObjectFile file, Exception cause) {
        try {
            Files.deleteIfExists(folder.unfinished(file));
            Files.deleteIfExists(folder.whole(file));
        } catch (IOException e) {
            // It is discarded when the folder is opened again.
            cause.addSuppressed(e);
        }
    }

    private KvTransferException writeFailure(ObjectFile file, IOException e) {
        boolean full = isFull(file, e);
        return new KvTransferException(
                full ? FailureKind.CAPACITY : FailureKind.NATIVE,
                "write an object's file",
                (full
                                ? "the file system of " + folder.path() + " has no room for "
                                : "can't write to " + folder.path() + ": ")
                        + file + " (" + e.getMessage() + ")",
                e);
    }

    /** Java has no exception of its own for a full disk: the text is the C library's. */
    private boolean isFull(ObjectFile file, IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota")) {
            return true;
        }
        try {
            return Files.getFileStore(folder.path()).getUsableSpace() < FileHead.fileBytes(file);
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Reads a file's object, and looks at every byte of it. */
    void read(ObjectFile file, List<Span> to) {
        try (FileChannel channel = FileChannel.open(folder.whole(file), StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate((int) FileHead.objectAt(file));
            readAll(channel, head);
            Optional<ObjectFile> found = FileHead.decode(head.flip(), channel.size());
            if (found.isEmpty()
                    || found.get().number() != file.number()
                    || found.get().digest() != file.digest()
                    || found.get().lengthBytes() != file.lengthBytes()
                    || digestOf(to, window -> readAll(channel, window), false) != file.digest()) {
                throw damaged(file, null);
            }
        } catch (NoSuchFileException e) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE, "read an object's file", folder.whole(file) + " is not there any more", e);
        } catch (EOFException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw new KvTransferException(
                    FailureKind.NATIVE, "read an object's file", "can't read " + folder.whole(file) + ": " + e, e);
        }
    }

    private KvTransferException damaged(ObjectFile file, @Nullable IOException cause) {
        return new KvTransferException(
                FailureKind.CORRUPTED,
                "read an object's file",
                folder.whole(file) + " does not hold what was written to it",
                cause);
    }

    void remove(ObjectFile file) {
        try {
            if (Files.deleteIfExists(folder.whole(file))) {
                folder.force();
            }
        } catch (IOException e) {
            throw new KvTransferException(
                    FailureKind.NATIVE, "remove an object's file", "can't remove " + folder.whole(file) + ": " + e, e);
        }
    }

    /**
     * Gives all bytes to a step, and sums up their digest.
     *
     * @param before whether the digest is of the bytes before the step, so that damage is found before it is on the disk,
     *     or of what the step has put there
     */
    private long digestOf(List<Span> spans, WindowStep step, boolean before) throws IOException {
        long digest = 0;
        long objectOffset = 0;
        for (Span span : spans) {
            for (long at = 0; at < span.lengthBytes(); at += WINDOW_BYTES) {
                ByteBuffer window = memory.hostView(span.slice(at, Math.min(WINDOW_BYTES, span.lengthBytes() - at)));
                long part = before ? BufferDigest.of(window, objectOffset + at) : 0;
                step.take(window);
                digest += before ? part : BufferDigest.of(window.clear(), objectOffset + at);
            }
            objectOffset += span.lengthBytes();
        }
        return digest;
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void readAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("the file ends too early");
            }
        }
    }
}
