// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.loop;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that makes all calls of a node and of the ports under it. Other threads hand it commands.
 *
 * <p>What a command throws is its caller's affair, and the loop goes on. What a step throws is a bug, and so is an {@link Error}
 * of a command: the loop logs it, ends, and everything that waits for it fails with it. A step with nothing to do allocates
 * nothing.
 */
public final class EventLoop implements AutoCloseable {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

    private final ConcurrentLinkedQueue<Command<?>> commands = new ConcurrentLinkedQueue<>();
    /** How many were handed over in all, perhaps a few more than the queue has seen. */
    private final AtomicLong handedOver = new AtomicLong();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** How many of them were run. Belongs to the loop's thread. */
    private long taken;

    private final Idler idler;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    private record Command<T>(Callable<T> work, CompletableFuture<T> result) {
        void run() {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            } catch (Error e) {
                result.completeExceptionally(e);
                throw e;
            }
        }

        void fail(Throwable cause) {
            result.completeExceptionally(cause);
        }
    }

    private EventLoop(
            String name, IdleStrategy idle, CompletableFuture<Void> opened, Callable<? extends LoopDuty> opening) {
        this.idler = new Idler(idle);
        this.thread = new Thread(() -> run(opened, opening), name);
        // A node that was forgotten must not keep the program from ending.
        this.thread.setDaemon(true);
    }

    /**
     * Starts a loop. Blocks until its duty is there.
     *
     * @param opening makes the duty, on the loop's thread, where everything under it is to live
     * @throws RuntimeException what {@code opening} threw; the loop has ended then
     */
    public static EventLoop start(String name, IdleStrategy idle, Callable<? extends LoopDuty> opening) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        EventLoop loop = new EventLoop(name, idle, opened, opening);
        loop.thread.start();
        try {
            opened.get();
        } catch (ExecutionException e) {
            throw Unwrapped.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            loop.close();
            throw new KvTransferException(FailureKind.CLOSED, "start a loop", "interrupted while it opened", e);
        }
        return loop;
    }

    /** Hands over a command. The stage is completed on the loop's thread, where what depends on it runs too. */
    public <T> CompletionStage<T> submit(Callable<T> command) {
        CompletableFuture<T> result = new CompletableFuture<>();
        enqueue(new Command<>(command, result));
        return result;
    }

    /** Hands over a command that nobody waits for. If it throws, that is logged. */
    public void execute(Runnable command) {
        submit(() -> {
                    command.run();
                    return Boolean.TRUE;
                })
                .whenComplete((done, thrown) -> {
                    if (thrown != null && !over) {
                        log().log(System.Logger.Level.ERROR, "a command of the loop failed", thrown);
                    }
                });
    }

    /**
     * Hands over a command and waits for its result.
     *
     * @param what for the failure, as a verb phrase
     * @throws KvTransferException of kind TIMEOUT if the deadline passes first; the command may still run
     * @throws RuntimeException what the command threw
     */
    public <T> T call(String what, Duration deadline, Callable<T> command) {
        CompletableFuture<T> result = submit(command).toCompletableFuture();
        try {
            return result.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Unwrapped.of(e);
        } catch (TimeoutException e) {
            throw new KvTransferException(
                    FailureKind.TIMEOUT, what, "the loop did not answer within " + deadline.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KvTransferException(FailureKind.CLOSED, what, "interrupted while waiting for the loop", e);
        }
    }

    /** Completed when the thread has nothing more to do; exceptionally if a step threw. */
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** What a step threw, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Ends the loop after the step under way, closes its duty, and waits for that, a few seconds at most. Idempotent. */
    @Override
    public void close() {
        close(CLOSE_DEADLINE);
    }

    /**
     * As {@link #close()}.
     *
     * @return whether the thread ended before the deadline
     */
    public boolean close(Duration deadline) {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            ended.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // Told to those who waited for something, and logged.
            return true;
        } catch (TimeoutException e) {
            log().log(
                            System.Logger.Level.WARNING,
                            "{0} did not end within {1} ms",
                            thread.getName(),
                            deadline.toMillis());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }

    boolean hasCommands() {
        return stopping || !commands.isEmpty();
    }

    private void enqueue(Command<?> command) {
        handedOver.incrementAndGet();
        commands.add(command);
        if (over) {
            failCommands();
        } else if (idler.isParked()) {
            LockSupport.unpark(thread);
        }
    }

    private void run(CompletableFuture<Void> opened, Callable<? extends LoopDuty> opening) {
        LoopDuty duty = null;
        Throwable thrown = null;
        try {
            duty = opening.call();
            opened.complete(null);
            while (!stopping) {
                int work = runCommands() + duty.step();
                if (work == 0) {
                    idler.idle(this);
                } else {
                    idler.reset();
                }
            }
        } catch (Throwable t) {
            thrown = t;
        }
        end(opened, duty, thrown);
    }

    /** Those that are there now: a command that hands over another one lets the duty have its step in between. */
    private int runCommands() {
        int count = 0;
        long there = handedOver.get() - taken;
        while (count < there) {
            Command<?> command = commands.poll();
            if (command == null) {
                break;
            }
            command.run();
            count++;
        }
        taken += count;
        return count;
    }

    private void end(CompletableFuture<Void> opened, @Nullable LoopDuty duty, @Nullable Throwable stepFailure) {
        Throwable thrown = stepFailure;
        if (duty != null) {
            if (thrown != null) {
                log().log(System.Logger.Level.ERROR, "a step failed: " + thread.getName() + " ends", thrown);
            }
            try {
                duty.close();
            } catch (RuntimeException | Error e) {
                log().log(System.Logger.Level.ERROR, thread.getName() + " could not give everything back", e);
                thrown = thrown == null ? e : thrown;
            }
        }
        failure = thrown;
        over = true;
        failCommands();
        if (thrown == null) {
            ended.complete(null);
        } else {
            opened.completeExceptionally(thrown);
            ended.completeExceptionally(thrown);
        }
    }

    /** Looked up when there is something to say: a program that says nothing need not wait for the log to start. */
    private static System.Logger log() {
        return System.getLogger(EventLoop.class.getName());
    }

    private void failCommands() {
        Throwable cause = failure;
        Throwable told = cause != null
                ? cause
                : new KvTransferException(FailureKind.CLOSED, "ask the loop", "the loop has ended");
        Command<?> command = commands.poll();
        while (command != null) {
            command.fail(told);
            command = commands.poll();
        }
    }
}
