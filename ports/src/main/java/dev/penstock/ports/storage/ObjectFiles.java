// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.storage;

import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Span;
import java.util.List;

/**
 * Keeps objects in files, each whole or not at all, also when the process is killed or the power fails.
 *
 * <p>Requests are submitted and polled: {@code submit} never blocks, {@link #poll} calls the completions, never from within
 * the submitting call. Requests may end in any order. A file is read or removed only after its write has completed, and
 * removed only when no read of it is under way; who asks otherwise may find anything but damaged bytes. All methods belong to
 * the loop's thread.
 *
 * <p>Spans are of host memory. They belong to this until the completion is called, and their region must not be freed
 * before. Together they are as long as the file's object; each but the last is a multiple of {@link
 * dev.penstock.ports.Digest#UNIT_BYTES} long.
 */
public interface ObjectFiles extends AutoCloseable {
    /** The files that were there and whole when this was opened, by their numbers. Their bytes were not looked at. */
    List<ObjectFile> found();

    /** How many files this removed when it was opened: torn by a crash, or of a form that it does not know. */
    int discarded();

    /** Names a new file. Nothing is stored yet. */
    ObjectFile name(byte[] description, long lengthBytes, long digest);

    /**
     * Begins to write an object into its file. Completed means that the file is found again, whatever happens; failed, that
     * nothing of it is left: with kind CAPACITY if there is no room, CORRUPTED if the bytes do not have the file's digest,
     * NATIVE for what else the host says.
     *
     * @throws IllegalArgumentException if the spans do not fit the file; nothing was begun
     * @throws IllegalStateException after close
     */
    void submitWrite(ObjectFile file, List<Span> from, Completion completion);

    /**
     * Begins to read an object. It fails with kind UNAVAILABLE if there is no such file, CORRUPTED if the file does not hold
     * what was written (it stays; remove it), NATIVE for what else the host says.
     *
     * @throws IllegalArgumentException if the spans do not fit the file; nothing was begun
     * @throws IllegalStateException after close
     */
    void submitRead(ObjectFile file, List<Span> to, Completion completion);

    /**
     * Begins to remove a file. Completed means that it will not be found again; a file that is not there is removed too.
     *
     * @throws IllegalStateException after close
     */
    void submitRemove(ObjectFile file, Completion completion);

    /**
     * Calls the completions of requests that have ended.
     *
     * @param limit at most so many
     * @return how many that were
     */
    int poll(int limit);

    /**
     * Ends. Requests that are being worked on end first, others fail with kind CLOSED; completions are called from within
     * this. Files stay. Idempotent.
     */
    @Override
    void close();
}
