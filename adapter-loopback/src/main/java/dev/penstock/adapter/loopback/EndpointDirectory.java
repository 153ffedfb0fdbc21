// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** The directory of an endpoint of this process, from its birth to its end. */
final class EndpointDirectory implements AutoCloseable {
    private static final int MAX_ATTEMPTS = 100;

    private final SharedDirectory shared;
    private final EndpointAddress address;
    private final Path path;
    private final EndpointLock lock;
    private final EndpointState state;

    private EndpointDirectory(
            SharedDirectory shared, EndpointAddress address, Path path, EndpointLock lock, EndpointState state) {
        this.shared = shared;
        this.address = address;
        this.path = path;
        this.lock = lock;
        this.state = state;
    }

    /**
     * Creates and locks the directory of a new endpoint.
     *
     * @throws KvTransferException if that can't be; nothing is left behind
     */
    static EndpointDirectory create(SharedDirectory shared, String name) {
        SecureRandom random = new SecureRandom();
        try {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                EndpointAddress address = new EndpointAddress(name, ThisProcess.TOKEN, random.nextLong());
                Path path = Files.createDirectory(shared.of(address), SharedFiles.ownerOnlyDirectory());
                Optional<EndpointLock> lock = EndpointLock.ofNew(path);
                if (lock.isPresent()) {
                    return create(shared, address, path, lock.get());
                }
            }
        } catch (IOException e) {
            throw SharedFiles.unusable("create an endpoint", shared.path(), e);
        }
        throw new KvTransferException(
                FailureKind.UNAVAILABLE,
                "create an endpoint",
                "another process removed each of " + MAX_ATTEMPTS + " new directories in " + shared.path());
    }

    private static EndpointDirectory create(
            SharedDirectory shared, EndpointAddress address, Path path, EndpointLock lock) throws IOException {
        boolean created = false;
        try {
            shared.checkOwner(path);
            EndpointDirectory directory =
                    new EndpointDirectory(shared, address, path, lock, EndpointState.create(path));
            created = true;
            return directory;
        } finally {
            if (!created) {
                lock.deleteDirectory();
                lock.close();
            }
        }
    }

    /**
     * Removes what killed processes left. A directory of a live process is never touched, nor one of this process, nor
     * anything that no endpoint can have made.
     */
    static void removeLeftovers(SharedDirectory shared) {
        for (EndpointAddress endpoint : shared.endpoints()) {
            if (!endpoint.isOfThisProcess()) {
                try {
                    removeIfDead(shared, endpoint);
                } catch (IOException e) {
                    System.getLogger(EndpointDirectory.class.getName())
                            .log(System.Logger.Level.DEBUG, () -> "left behind: " + shared.of(endpoint), e);
                }
            }
        }
    }

    private static void removeIfDead(SharedDirectory shared, EndpointAddress endpoint) throws IOException {
        Optional<EndpointLock> taken = EndpointLock.ofDead(shared.of(endpoint));
        if (taken.isEmpty()) {
            return;
        }
        try (EndpointLock lock = taken.get()) {
            // Its mailboxes at those that never connected to it, too: nobody else would ever delete them.
            for (EndpointAddress other : shared.endpoints()) {
                SharedFiles.deleteQuietly(shared.of(other).resolve(endpoint.inboxName()));
            }
            lock.deleteDirectory();
        }
    }

    SharedDirectory shared() {
        return shared;
    }

    EndpointAddress address() {
        return address;
    }

    Path path() {
        return path;
    }

    /** Tells the peers, deletes the directory and gives up the lock. Blocks that are still mapped stay usable. */
    @Override
    public void close() {
        state.markClosed();
        state.close();
        lock.deleteDirectory();
        try {
            lock.close();
        } catch (IOException e) {
            throw SharedFiles.unusable("close an endpoint", path, e);
        }
    }
}
