// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.Interruption;
import dev.penstock.app.loop.EventLoop;
import dev.penstock.app.loop.Unwrapped;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How a run's own thread waits: never for something that can't come any more. Belongs to that thread. */
public final class Patience {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String GIVEN_UP = "the other side did not do its part of a round";

    private final EventLoop loop;
    private final Interruption interruption;
    private final Duration longest;
    private Runnable watch = () -> {};

    /**
     * While waiting, it looks whether the loop lives and the run is to go on.
     *
     * @param longest after this time any wait is given up: the other side lives, and does nothing
     */
    public Patience(EventLoop loop, Interruption interruption, Duration longest) {
        this.loop = loop;
        this.interruption = interruption;
        this.longest = longest;
    }

    /** Looks at one more thing now and then: {@code check} throws if waiting makes no sense any more. */
    public void watch(Runnable check) {
        watch = check;
    }

    /**
     * Waits for a result for as long as it can still come.
     *
     * @param tick called now and then
     * @throws RuntimeException what completed the future exceptionally, or what the watch threw
     */
    public <T> T await(CompletableFuture<T> future, Runnable tick) {
        return get(future, tick, longest, GIVEN_UP);
    }

    /**
     * As {@link #await(CompletableFuture, Runnable)}, but not for longer than it is told.
     *
     * @param what for the failure: what did not happen
     * @throws KvTransferException of kind TIMEOUT if the time is over
     */
    public <T> T await(CompletableFuture<T> future, Duration atMost, String what) {
        return get(future, () -> {}, atMost, what);
    }

    private <T> T get(CompletableFuture<T> future, Runnable tick, Duration atMost, String what) {
        long started = System.nanoTime();
        while (true) {
            try {
                return future.get(TICK_NS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                look();
                tick.run();
                giveUpAfter(atMost, started, what);
            } catch (ExecutionException e) {
                throw Unwrapped.of(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KvTransferException(FailureKind.CLOSED, "wait", "interrupted", e);
            }
        }
    }

    /** Waits until a condition holds that another thread brings about. */
    public void until(BooleanSupplier condition, Runnable tick) {
        long started = System.nanoTime();
        long lastTick = started;
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(POLL_NS);
            long now = System.nanoTime();
            if (now - lastTick > TICK_NS) {
                lastTick = now;
                look();
                tick.run();
                giveUpAfter(longest, started, GIVEN_UP);
            }
        }
    }

    private static void giveUpAfter(Duration atMost, long started, String what) {
        if (System.nanoTime() - started > atMost.toNanos()) {
            throw new KvTransferException(FailureKind.TIMEOUT, "wait", what + " within " + atMost.toMillis() + " ms");
        }
    }

    private void look() {
        interruption.check();
        Throwable failure = loop.failure();
        if (failure != null) {
            throw Unwrapped.of(failure);
        }
        watch.run();
    }
}
