// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.exit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ctrl-C, SIGTERM, and the end of the process that started this one: the run is asked to end in order, gets two seconds for
 * it, and the process ends with {@link ExitCode#INTERRUPTED} either way.
 *
 * <p>The JVM answers these signals by running its shutdown hooks while all other threads go on; so a hook asks the run to
 * end, and the run's own thread unwinds and closes what it opened.
 */
public final class Interruption {
    private static final long DEADLINE_MS = 2000;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicReference<Runnable> leave = new AtomicReference<>(() -> {});
    private volatile boolean requested;

    private Interruption() {}

    /** Begins to watch for the end of the process. */
    public static Interruption install() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::processEnds, "penstock-interruption"));
        return interruption;
    }

    /** One that nothing triggers, for runs within another program. */
    public static Interruption none() {
        return new Interruption();
    }

    /** What to do when the interruption comes: makes the run's thread see it soon. Must not block. Replaces the last one. */
    public void onRequest(Runnable newLeave) {
        leave.set(newLeave);
        if (requested) {
            newLeave.run();
        }
    }

    /** Whether the run is to end. */
    public boolean isRequested() {
        return requested;
    }

    /**
     * Ends the run here if it is to end. To be called now and then by whatever takes long.
     *
     * @throws RunFailure of {@link ExitCode#INTERRUPTED} if the interruption came
     */
    public void check() {
        if (requested) {
            throw new RunFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    /** The run is over and holds nothing any more. */
    public void finished() {
        finished.countDown();
    }

    private void processEnds() {
        if (finished.getCount() == 0) {
            return;
        }
        requested = true;
        leave.get().run();
        try {
            boolean inTime = finished.await(DEADLINE_MS, TimeUnit.MILLISECONDS);
            if (!inTime) {
                System.getLogger(Interruption.class.getName())
                        .log(System.Logger.Level.WARNING, "the run did not end within {0} ms", DEADLINE_MS);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts a shutdown hook; if somebody does, the process ends a little earlier.
            Thread.currentThread().interrupt();
        }
        // The signal's own code would differ from one signal to another, and a hook can't change it otherwise.
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
    }
}
