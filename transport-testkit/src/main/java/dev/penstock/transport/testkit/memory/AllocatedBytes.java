// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a thread allocates on the heap, for tests that promise a steady stream without garbage. */
public final class AllocatedBytes {
    private AllocatedBytes() {}

    /**
     * Repeats a step, first to warm up, then to count.
     *
     * @return what one of the counted repetitions allocated, on average
     */
    public static double perRepetition(int repetitions, Runnable step) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean counting
                        && counting.isThreadAllocatedMemorySupported()
                        && counting.isThreadAllocatedMemoryEnabled(),
                "this JVM doesn't count what a thread allocates");
        ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < repetitions; i++) {
            step.run();
        }
        long before = counter.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < repetitions; i++) {
            step.run();
        }
        return (counter.getCurrentThreadAllocatedBytes() - before) / (double) repetitions;
    }
}
