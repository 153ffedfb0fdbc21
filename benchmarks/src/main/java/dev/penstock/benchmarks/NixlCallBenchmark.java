// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the calls of a transport over NIXL cost through each binding. {@link #idlePoll} is the binding and NIXL alone.
 *
 * <p>NIXL knows no way from an agent to itself, so two transports meet in this process and this thread polls both: what
 * {@link #write} and {@link #notification} take is the cost of both ends, over UCX's cma and its TCP on {@code lo}, with no
 * time for one process to notice the other. The round trip between two processes is measured by
 * {@link dev.penstock.benchmarks.roundtrip.RoundTrip}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class NixlCallBenchmark implements TransportEvents, Completion {
    private static final int WRITE_BYTES = 64;
    private static final int MESSAGE_BYTES = 64;
    private static final int REPORTS = 64;

    /** The binding of both ends. */
    @Param({"FFM", "JNI"})
    public NixlBinding binding;

    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    private final SegmentList segments = new SegmentList(1);
    private KvTransport near;
    private KvTransport far;
    private HostMemory nearMemory;
    private HostMemory farMemory;
    private Peer toFar;
    private boolean completed;
    private boolean notified;

    /** Opens both ends, and uses the way between them once: UCX connects when there is something to send. */
    @Setup(Level.Trial)
    public void open() {
        near = binding.open("near");
        far = binding.open("far");
        nearMemory = new HostMemory(near.hostRegions());
        farMemory = new HostMemory(far.hostRegions());
        Region from = nearMemory.allocate(WRITE_BYTES);
        Region to = farMemory.allocate(WRITE_BYTES);
        near.register(from);
        far.register(to);
        segments.add(from.id(), 0, to.id(), 0, WRITE_BYTES, 0);
        toFar = near.connect(far.descriptor());
        far.connect(near.descriptor());
        write();
    }

    /** Closes both. */
    @TearDown(Level.Trial)
    public void close() {
        near.close();
        far.close();
        nearMemory.close();
        farMemory.close();
    }

    /** A poll with a peer and nothing to do. */
    @Benchmark
    public int idlePoll() {
        return near.poll(this, REPORTS);
    }

    /** A write of 64 bytes with a notification, until it is complete here and has arrived there. */
    @Benchmark
    public int write() {
        completed = false;
        notified = false;
        near.submitWrite(toFar, segments, message.rewind(), this);
        int polls = 0;
        while (!completed || !notified) {
            pollBoth();
            polls++;
        }
        return polls;
    }

    /** A notification of 64 bytes, until it has arrived. */
    @Benchmark
    public int notification() {
        notified = false;
        near.submitNotification(toFar, message.rewind());
        int polls = 0;
        while (!notified) {
            pollBoth();
            polls++;
        }
        return polls;
    }

    private void pollBoth() {
        near.poll(this, REPORTS);
        far.poll(this, REPORTS);
    }

    @Override
    public void notified(Peer from, ByteBuffer bytes) {
        notified = true;
    }

    @Override
    public void peerLost(Peer peer, KvTransferException cause) {
        throw new IllegalStateException(cause);
    }

    @Override
    public void completed() {
        completed = true;
    }

    @Override
    public void failed(KvTransferException failure) {
        throw new IllegalStateException(failure);
    }
}
