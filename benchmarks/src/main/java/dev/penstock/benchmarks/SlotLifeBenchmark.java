// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.memory.Region;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The life of one slot: credit, fill, write, notification, check, credit. Slots are tiny (4 KiB), so that what is measured is
 * the machinery, not the memory; both nodes run in one thread, so that it is the cost of both sides.
 *
 * <p>{@link #slot} sends objects of 1,024 slots, which the receiver copies out: with {@code -prof gc} it shows that the steady
 * state allocates nothing for a slot. {@link #object} sends objects of one slot, which stay in place until they are settled: it
 * adds what each object costs. What one costs that shares its part with many is in {@link SharedPartBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class SlotLifeBenchmark {
    private static final int PAGE_BYTES = 4096;
    private static final int SLOTS = 1024;
    private static final int PAGES = 128;
    private static final int OBJECTS = 64;
    private static final byte[] NO_HEADER = {};

    /** Whether digests are computed and checked. */
    @Param({"true", "false"})
    public boolean digest;

    private TwoNodes nodes;
    private SendSource many;
    private SendSource one;
    private final AckCount acks = new AckCount();

    /** Opens the session. */
    @Setup(Level.Trial)
    public void open() {
        nodes = new TwoNodes(PAGE_BYTES, PAGES, (long) SLOTS * PAGE_BYTES, digest);
        Region region = nodes.allocate((long) SLOTS * PAGE_BYTES);
        many = new SendSource.Copied(region.span());
        one = new SendSource.Copied(region.span().slice(0, PAGE_BYTES));
    }

    /** Closes the session. */
    @TearDown(Level.Trial)
    public void close() {
        nodes.close();
    }

    /** One slot of a long object. */
    @Benchmark
    @OperationsPerInvocation(SLOTS)
    public int slot() {
        return send(many, 1);
    }

    /** One object of one slot. */
    @Benchmark
    @OperationsPerInvocation(OBJECTS)
    public int object() {
        return send(one, OBJECTS);
    }

    private int send(SendSource source, int times) {
        acks.reset();
        for (int i = 0; i < times; i++) {
            nodes.pipe().send(NO_HEADER, source, acks);
        }
        int steps = 0;
        while (acks.count() < times) {
            nodes.step();
            steps++;
        }
        return steps;
    }
}
