// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class EventLoopTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Counts its steps and does what it is told in the next one. */
    private static final class Duty implements LoopDuty {
        final AtomicLong steps = new AtomicLong();
        final AtomicBoolean closed = new AtomicBoolean();
        volatile Runnable inStep = () -> {};

        @Override
        public int step() {
            steps.incrementAndGet();
            inStep.run();
            return 0;
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private final Duty duty = new Duty();

    private EventLoop start(IdleStrategy idle) {
        return EventLoop.start("test-loop", idle, () -> duty);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRunCommandsOfManyThreadsOnItsOwnThread(IdleStrategy idle) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<CompletableFuture<String>> results = new ArrayList<>();
        try (EventLoop loop = start(idle)) {
            for (int i = 0; i < 4; i++) {
                Thread thread = new Thread(() -> {
                    for (int j = 0; j < 50; j++) {
                        CompletableFuture<String> result = loop.submit(
                                        () -> Thread.currentThread().getName())
                                .toCompletableFuture();
                        synchronized (results) {
                            results.add(result);
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (CompletableFuture<String> result : results) {
                assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo("test-loop");
            }
        }
        assertThat(results).hasSize(200);
        assertThat(duty.closed).isTrue();
    }

    @Test
    void shouldStepItsDutyBetweenACommandAndTheOneThatItHandsOver() throws Exception {
        CompletableFuture<Long> between = new CompletableFuture<>();
        try (EventLoop loop = start(IdleStrategy.PARK)) {
            loop.execute(() -> {
                long before = duty.steps.get();
                loop.execute(() -> between.complete(duty.steps.get() - before));
            });
            assertThat(between.get(30, TimeUnit.SECONDS)).isPositive();
        }
    }

    @Test
    void shouldKeepTheOrderOfOneThreadsCommands() {
        List<Integer> order = new ArrayList<>();
        try (EventLoop loop = start(IdleStrategy.PARK)) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                loop.execute(() -> order.add(number));
            }
            loop.call("wait", SOON, () -> 0);
        }
        assertThat(order).hasSize(100).isSorted();
    }

    @Test
    void shouldGoOnAfterACommandThatThrew() {
        try (EventLoop loop = start(IdleStrategy.PARK)) {
            assertThatThrownBy(() -> loop.call("fail", SOON, () -> {
                        throw new IllegalArgumentException("a test");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a test");
            assertThat(loop.<Integer>call("work", SOON, () -> 7)).isEqualTo(7);
            assertThat(loop.failure()).isNull();
        }
    }

    @Test
    void shouldTellItsCallerOfACommandsErrorAndEnd() {
        EventLoop loop = start(IdleStrategy.PARK);

        assertThatThrownBy(() -> loop.call("fail", SOON, () -> {
                    throw new StackOverflowError("a bug");
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> loop.ended().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasRootCauseMessage("a bug");
        assertThat(duty.closed).isTrue();
    }

    @Test
    void shouldFailLoudlyWhenAStepThrows() throws Exception {
        EventLoop loop = start(IdleStrategy.PARK);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch queued = new CountDownLatch(1);
        duty.inStep = () -> {
            begun.countDown();
            awaitQuietly(queued);
            throw new IllegalStateException("a bug");
        };
        begun.await();
        CompletableFuture<Integer> waiting = loop.submit(() -> 1).toCompletableFuture();
        queued.countDown();

        assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).hasRootCauseMessage("a bug");
        assertThatThrownBy(() -> loop.ended().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasRootCauseMessage("a bug");
        assertThat(loop.failure()).hasMessage("a bug");
        assertThat(duty.closed).isTrue();
        assertThatThrownBy(() -> loop.call("ask", SOON, () -> 1)).hasMessage("a bug");
        loop.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldTellWhatKeptItFromStarting() {
        assertThatThrownBy(() -> EventLoop.start("test-loop", IdleStrategy.PARK, () -> {
                    throw new KvTransferException(FailureKind.UNAVAILABLE, "open", "nothing there");
                }))
                .isInstanceOf(KvTransferException.class)
                .hasMessage("nothing there");
    }

    @Test
    void shouldRefuseCommandsAfterItsEnd() {
        EventLoop loop = start(IdleStrategy.PARK);
        loop.close();
        loop.close();

        assertThatThrownBy(() -> loop.call("ask", SOON, () -> 1))
                .isInstanceOf(KvTransferException.class)
                .hasMessageContaining("has ended");
        loop.execute(() -> {
            throw new IllegalStateException("never run");
        });
    }

    @Test
    void shouldNotWaitLongerThanToldForAStepThatHangs() {
        EventLoop loop = start(IdleStrategy.PARK);
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        duty.inStep = () -> {
            hanging.countDown();
            awaitQuietly(released);
        };
        awaitQuietly(hanging);

        assertThat(loop.close(Duration.ofMillis(50))).isFalse();
        released.countDown();
        assertThat(loop.close(SOON)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothingWhileItIdles(IdleStrategy idle) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (EventLoop loop = start(idle)) {
            long id = loop.call(
                    "name the thread", SOON, () -> Thread.currentThread().getId());
            awaitSteps(2_000);
            long before = threads.getThreadAllocatedBytes(id);
            awaitSteps(duty.steps.get() + 2_000);
            assertThat(threads.getThreadAllocatedBytes(id) - before).isZero();
        }
    }

    private void awaitSteps(long steps) {
        while (duty.steps.get() < steps) {
            Thread.onSpinWait();
        }
    }
}
