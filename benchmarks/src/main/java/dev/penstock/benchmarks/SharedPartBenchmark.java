// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Region;
import java.nio.ByteBuffer;
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
 * The life of an object that shares its part with as many as can: from {@code send} to the acknowledgement. Objects are tiny
 * (64 B, each at a place that is aligned), so that what is measured is the machinery; both nodes run in one thread, so that it
 * is the cost of both sides.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class SharedPartBenchmark {
    private static final int SHARING = 1024;
    private static final int PAGE_BYTES = SHARING * RingGeometry.ALIGNMENT;
    private static final int PAGES = 16;
    private static final int OBJECTS = 16 * SHARING;
    private static final int OBJECT_BYTES = 64;

    /** Whether digests are computed and checked. */
    @Param({"true", "false"})
    public boolean digest;

    private TwoNodes nodes;
    private Region region;
    private final AckCount acks = new AckCount();

    /** Opens the session. */
    @Setup(Level.Trial)
    public void open() {
        nodes = new TwoNodes(PAGE_BYTES, PAGES, OBJECT_BYTES, digest);
        region = nodes.allocate(OBJECTS * OBJECT_BYTES);
    }

    /** Closes the session. */
    @TearDown(Level.Trial)
    public void close() {
        nodes.close();
    }

    /** One object. */
    @Benchmark
    @OperationsPerInvocation(OBJECTS)
    public int object() {
        acks.reset();
        int sent = 0;
        int steps = 0;
        while (acks.count() < OBJECTS) {
            int end = Math.min(OBJECTS, sent + SHARING);
            for (; sent < end; sent++) {
                byte[] header = ByteBuffer.allocate(Long.BYTES).putLong(sent).array();
                nodes.pipe()
                        .send(
                                header,
                                new SendSource.Copied(region.span().slice((long) sent * OBJECT_BYTES, OBJECT_BYTES)),
                                acks);
            }
            nodes.step();
            steps++;
        }
        return steps;
    }
}
