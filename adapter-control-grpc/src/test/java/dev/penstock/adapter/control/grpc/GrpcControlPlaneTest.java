// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.transport.testkit.control.ControlEventLog;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrpcControlPlaneTest {
    private static final ControlAddress ANY_PORT = new ControlAddress("127.0.0.1", 0);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void shouldStartOneDaemonThreadAndStopItOnClose() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ControlPlane plane = new GrpcControlPlane()) {
            ControlEventLog log = new ControlEventLog();
            ControlAddress address = plane.listen(ANY_PORT);
            for (int i = 0; i < 5; i++) {
                ControlLink link = plane.connect(address);
                plane.send(link, new Heartbeat(i));
            }
            Polling.until(
                    plane,
                    log,
                    PATIENCE,
                    () -> log.all(ControlEventLog.Received.class).size() == 5);

            assertThat(threadsSince(before)).singleElement().satisfies(thread -> {
                assertThat(thread.isDaemon()).isTrue();
                assertThat(thread.getName()).startsWith("penstock-control-");
            });
        }

        for (Thread thread : threadsSince(before)) {
            thread.join(PATIENCE.toMillis());
        }
        assertThat(threadsSince(before)).isEmpty();
    }

    @Test
    void shouldStartNoThreadBeforeItIsUsed() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ControlPlane plane = new GrpcControlPlane()) {
            assertThat(plane.poll(new ControlEventLog(), 1)).isZero();
            assertThat(threadsSince(before)).isEmpty();
        }
    }

    @Test
    void shouldPollForNothingWhileItIsIdle() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ControlEventLog log = new ControlEventLog();
        try (ControlPlane plane = new GrpcControlPlane()) {
            ControlLink link = plane.connect(plane.listen(ANY_PORT));
            plane.send(link, new Heartbeat(1));
            Polling.until(
                    plane,
                    log,
                    PATIENCE,
                    () -> !log.all(ControlEventLog.Received.class).isEmpty());

            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100_000; i++) {
                plane.poll(log, 16);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            // The measurement itself allocates a little.
            assertThat(allocated).isLessThan(10_000);
        }
    }

    @Test
    void shouldListenOnce() {
        try (ControlPlane plane = new GrpcControlPlane()) {
            plane.listen(ANY_PORT);

            assertThatIllegalStateException().isThrownBy(() -> plane.listen(ANY_PORT));
        }
    }

    @Test
    void shouldCloseWhileInterrupted() {
        ControlPlane plane = new GrpcControlPlane();
        plane.connect(plane.listen(ANY_PORT));

        Thread.currentThread().interrupt();
        plane.close();

        assertThat(Thread.interrupted()).isTrue();
    }

    private static Set<Thread> threadsSince(Set<Thread> before) {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeAll(before);
        return threads;
    }
}
