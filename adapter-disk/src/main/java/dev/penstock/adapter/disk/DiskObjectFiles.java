// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.ports.Digest;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Objects in the files of one folder, which this process has for itself as long as this is open.
 *
 * <p>A few threads of its own do what blocks: a file is written under another name, forced to the disk, renamed, and the
 * folder forced, so that a crash at any moment leaves the whole file or none. What a crash has left behind is removed when
 * the folder is opened again.
 */
public final class DiskObjectFiles implements ObjectFiles {
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Folder folder;
    private final FileWork work;
    private final ExecutorService threads;
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private long lastNumber;
    private volatile boolean closed;

    /** A request that is over, and why it failed, if it did. */
    private record Ended(Completion completion, @Nullable KvTransferException failure) {
        void tell() {
            if (failure == null) {
                completion.completed();
            } else {
                completion.failed(failure);
            }
        }
    }

    private DiskObjectFiles(Folder folder, int threads, Memory memory) {
        this.folder = folder;
        this.work = new FileWork(folder, memory);
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "penstock-disk-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        List<ObjectFile> found = folder.found();
        lastNumber = found.isEmpty() ? 0 : found.get(found.size() - 1).number();
    }

    /**
     * Opens a folder. Blocks while it looks at the files that are there.
     *
     * @param path the folder, made if it is not there; what else is in it is left alone
     * @param threads how many files are worked on at a time, at least one
     * @param memory where the spans are; to be closed after this
     * @throws KvTransferException of kind REFUSED if another process has the folder, UNAVAILABLE if it can't be used; both
     *     say what to do
     */
    public static DiskObjectFiles open(Path path, int threads, Memory memory) {
        if (threads <= 0) {
            throw new IllegalArgumentException(threads + " threads");
        }
        Objects.requireNonNull(memory, "memory");
        return new DiskObjectFiles(Folder.open(path), threads, memory);
    }

    @Override
    public List<ObjectFile> found() {
        return folder.found();
    }

    @Override
    public int discarded() {
        return folder.discarded();
    }

    @Override
    public ObjectFile name(byte[] description, long lengthBytes, long digest) {
        return new ObjectFile(++lastNumber, description, lengthBytes, digest);
    }

    @Override
    public void submitWrite(ObjectFile file, List<Span> from, Completion completion) {
        List<Span> spans = checked(file, from);
        submit("write an object's file", completion, () -> work.write(file, spans));
    }

    @Override
    public void submitRead(ObjectFile file, List<Span> to, Completion completion) {
        List<Span> spans = checked(file, to);
        submit("read an object's file", completion, () -> work.read(file, spans));
    }

    @Override
    public void submitRemove(ObjectFile file, Completion completion) {
        submit("remove an object's file", completion, () -> work.remove(file));
    }

    private static List<Span> checked(ObjectFile file, List<Span> spans) {
        long total = 0;
        for (int i = 0; i < spans.size(); i++) {
            long length = spans.get(i).lengthBytes();
            if (i < spans.size() - 1 && length % Digest.UNIT_BYTES != 0) {
                throw new IllegalArgumentException("span " + i + " of " + length
                        + " bytes: all but the last are multiples of " + Digest.UNIT_BYTES);
            }
            total += length;
        }
        if (total != file.lengthBytes()) {
            throw new IllegalArgumentException(total + " bytes of memory for " + file);
        }
        return List.copyOf(spans);
    }

    private void submit(String operation, Completion completion, Runnable request) {
        Objects.requireNonNull(completion, "completion");
        if (closed) {
            throw new IllegalStateException("the folder " + folder.path() + " is closed");
        }
        threads.execute(() -> run(operation, completion, request));
    }

    private void run(String operation, Completion completion, Runnable request) {
        // What stays if the request ends by an error of the JVM's, which the thread's owner hears of.
        KvTransferException failure =
                new KvTransferException(FailureKind.NATIVE, operation, "the thread that worked on it has died");
        try {
            if (closed) {
                failure = new KvTransferException(FailureKind.CLOSED, operation, "the folder was closed");
            } else {
                request.run();
                failure = null;
            }
        } catch (KvTransferException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new KvTransferException(FailureKind.NATIVE, operation, String.valueOf(e.getMessage()), e);
        } finally {
            ended.add(new Ended(completion, failure));
        }
    }

    @Override
    public int poll(int limit) {
        int told = 0;
        while (told < limit) {
            Ended next = ended.poll();
            if (next == null) {
                break;
            }
            next.tell();
            told++;
        }
        return told;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        threads.shutdown();
        awaitThreads();
        poll(Integer.MAX_VALUE);
        try {
            folder.close();
        } catch (IOException e) {
            throw new KvTransferException(
                    FailureKind.NATIVE, "close a folder of objects", "can't unlock " + folder.path() + ": " + e, e);
        }
    }

    /** Not to be cut short: the threads use memory that is freed after this. */
    private void awaitThreads() {
        boolean interrupted = false;
        boolean over = false;
        while (!over) {
            try {
                over = threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
