// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a peer lives: it did not say that it closed, and its process holds its lock.
 *
 * <p>An endpoint of this process has no lock that could be looked at (see {@link ThisProcess}), and needs none: it can't be
 * killed without this one.
 */
final class PeerLiveness implements AutoCloseable {
    private static final long PROBE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final EndpointState state;
    private final @Nullable FileChannel lockFile;
    private long lastProbeNs = System.nanoTime();
    private boolean gone;

    private PeerLiveness(EndpointState state, @Nullable FileChannel lockFile) {
        this.state = state;
        this.lockFile = lockFile;
    }

    /**
     * Begins to watch an endpoint, which may be gone already.
     *
     * @throws IOException if it is and left nothing
     */
    static PeerLiveness of(SharedDirectory shared, EndpointAddress endpoint) throws IOException {
        Path directory = shared.of(endpoint);
        EndpointState state = EndpointState.of(directory);
        if (endpoint.isOfThisProcess()) {
            return new PeerLiveness(state, null);
        }
        try {
            return new PeerLiveness(state, FileChannel.open(EndpointLock.fileIn(directory), READ, NOFOLLOW_LINKS));
        } catch (IOException e) {
            state.close();
            throw e;
        }
    }

    /** Whether it is gone; looks at the lock only now and then. Once true, always true. */
    boolean isGone() {
        if (!gone) {
            gone = !state.isOpen() || (lockFile != null && isProbeDue() && isLockFree(lockFile));
        }
        return gone;
    }

    /** As {@link #isGone}, but looks at the lock in any case. */
    boolean isGoneNow() {
        lastProbeNs -= PROBE_INTERVAL_NS;
        return isGone();
    }

    private boolean isProbeDue() {
        long nowNs = System.nanoTime();
        if (nowNs - lastProbeNs < PROBE_INTERVAL_NS) {
            return false;
        }
        lastProbeNs = nowNs;
        return true;
    }

    private static boolean isLockFree(FileChannel lockFile) {
        // Shared, so that two peers that look at the same time don't take each other for the owner.
        try (FileLock lock = lockFile.tryLock(0, Long.MAX_VALUE, true)) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process looks at the same moment, or removes the directory: the next look will
            // tell.
            return false;
        } catch (IOException e) {
            // A lock that can't be looked at tells nothing.
            return false;
        }
    }

    @Override
    public void close() {
        state.close();
        if (lockFile != null) {
            try {
                lockFile.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
