// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The lock that tells a live endpoint's directory from one whose process was killed: the system gives it up with the
 * process.
 *
 * <p>A directory has one owner, ever: the endpoint that created it, or, once that is dead or was overtaken while it was
 * being born, whoever removes it. A birth writes one byte into the lock file before it takes the lock and looks for that
 * byte under the file's name afterwards. A remover's lock file is empty; so if a remover was there in between, the birth
 * sees it and begins again under another name.
 */
final class EndpointLock implements AutoCloseable {
    private static final String FILE = "lock";

    private final Path directory;
    // Closing the channel gives up the lock.
    private final FileChannel channel;

    private EndpointLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** The lock file of an endpoint's directory. Nothing may open it in the endpoint's own process. */
    static Path fileIn(Path directory) {
        return directory.resolve(FILE);
    }

    /** Takes the lock of a directory that the caller has just created, or empty if a remover was faster. */
    static Optional<EndpointLock> ofNew(Path directory) throws IOException {
        Path file = fileIn(directory);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), SharedFiles.ownerOnlyFile());
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            return Optional.empty();
        }
        boolean taken = false;
        try {
            channel.write(ByteBuffer.allocate(1));
            taken = channel.tryLock() != null && Files.size(file) == 1;
        } catch (NoSuchFileException e) {
            // A remover took the file away: not taken.
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        return taken ? Optional.of(new EndpointLock(directory, channel)) : Optional.empty();
    }

    /**
     * Takes the lock of another process's endpoint in order to remove it, or empty if the endpoint lives, or is gone, or
     * somebody else removes it.
     */
    static Optional<EndpointLock> ofDead(Path directory) throws IOException {
        Path file = fileIn(directory);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, Set.of(CREATE, WRITE, NOFOLLOW_LINKS), SharedFiles.ownerOnlyFile());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process removes it, or looks whether its process lives.
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        return taken ? Optional.of(new EndpointLock(directory, channel)) : Optional.empty();
    }

    /** Deletes the directory and all in it, the lock file last, while the lock is held. Leaves what can't be deleted. */
    void deleteDirectory() {
        for (String name : SharedFiles.namesIn(directory)) {
            if (!name.equals(FILE)) {
                SharedFiles.deleteQuietly(directory.resolve(name));
            }
        }
        SharedFiles.deleteQuietly(fileIn(directory));
        SharedFiles.deleteQuietly(directory);
    }

    /** Gives up the lock. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
