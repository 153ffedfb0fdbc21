// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.domain.pipe.Reservation;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects in the ring, beside the run's own thread, and lets them go. Of a GPU several are made at a time: where two
 * processes share it, each wait is as long as the other's turn, and only waits side by side keep the ring full.
 */
public final class RoomFiller implements AutoCloseable {
    private static final int THREADS_OF_A_GPU = 8;
    private static final long PATIENCE_SECONDS = 60;

    private final RoleContext context;
    private final ExecutorService threads;
    private @Nullable RuntimeException failure;
    private int working;
    private long workingSince;
    private long workedNs;

    /** Nothing is being made. */
    public RoomFiller(RoleContext context) {
        this.context = context;
        boolean gpu = context.settings().device().memoryKind() != MemoryKind.HOST;
        threads = Executors.newFixedThreadPool(gpu ? THREADS_OF_A_GPU : 1, work -> {
            Thread thread = new Thread(work, "filler");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes over rooms: makes the objects from {@code first} on in them, then commits them, or abandons them if that fails.
     * Does not wait.
     */
    public void fill(List<Reservation> rooms, int round, int first) {
        threads.execute(() -> {
            List<Span> spans = rooms.stream().map(Reservation::span).toList();
            begin();
            try {
                context.content().fill(spans, context.id(), round, first);
                context.node().loop().execute(() -> rooms.forEach(Reservation::commit));
            } catch (RuntimeException e) {
                fail(e);
                context.node().loop().execute(() -> rooms.forEach(Reservation::abandon));
            } finally {
                end();
            }
        });
    }

    private synchronized void begin() {
        if (working++ == 0) {
            workingSince = System.nanoTime();
        }
    }

    private synchronized void end() {
        if (--working == 0) {
            workedNs += System.nanoTime() - workingSince;
        }
    }

    private synchronized void fail(RuntimeException e) {
        if (failure == null) {
            failure = e;
        }
    }

    /** For how long at least one object was being made. */
    public synchronized long workedNs() {
        return workedNs;
    }

    /** Waits until all rooms are committed or abandoned, and throws what making an object has thrown. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("objects are still being made after " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while objects are made", e);
        }
        rethrow();
    }

    private synchronized void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }
}
