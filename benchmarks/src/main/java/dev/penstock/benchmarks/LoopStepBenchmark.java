// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A step of both nodes' loops with an open session and nothing to do. With {@code -prof gc} it shows that such a step
 * allocates nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class LoopStepBenchmark {
    private TwoNodes nodes;

    /** Opens the session. */
    @Setup(Level.Trial)
    public void open() {
        nodes = new TwoNodes(1 << 20, 8, 1 << 20, true);
    }

    /** Closes the session. */
    @TearDown(Level.Trial)
    public void close() {
        nodes.close();
    }

    /** Two idle steps: the sender's and the receiver's. */
    @Benchmark
    public int idle() {
        return nodes.step();
    }
}
