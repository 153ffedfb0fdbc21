// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** A memory under test, with what tests do with it again and again. */
final class MemoryHarness implements AutoCloseable {
    private static final long PATIENCE_NS = Duration.ofSeconds(60).toNanos();

    private final Memory memory;
    private boolean reporting;

    MemoryHarness(Memory memory) {
        this.memory = memory;
    }

    Memory memory() {
        return memory;
    }

    /** A completion that may be called while this harness polls or closes the memory. */
    Outcome outcome() {
        return outcome(() -> {});
    }

    Outcome outcome(Runnable then) {
        return new Outcome(() -> reporting, then);
    }

    Outcome submit(CopyMode mode, SegmentList segments) {
        Outcome outcome = outcome();
        memory.submit(mode, segments, outcome);
        return outcome;
    }

    /** Submits a request and polls until it has succeeded. */
    void run(CopyMode mode, SegmentList segments) {
        await(submit(mode, segments));
    }

    int poll(int limit) {
        reporting = true;
        try {
            return memory.poll(limit);
        } finally {
            reporting = false;
        }
    }

    /** Polls until the request has succeeded. */
    void await(Outcome outcome) {
        long begin = System.nanoTime();
        while (!outcome.ended()) {
            poll(Integer.MAX_VALUE);
            assertThat(System.nanoTime() - begin).as("time for one request").isLessThan(PATIENCE_NS);
        }
        assertThat(outcome.failure()).isNull();
    }

    /** A new region with these bytes. */
    Region regionOf(byte[] content) {
        Region region = memory.allocate(content.length);
        write(region, 0, content);
        return region;
    }

    byte[] read(Region region) {
        return read(region, 0, Math.toIntExact(region.lengthBytes()));
    }

    byte[] read(Region region, long offsetBytes, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        memory.read(region.span().slice(offsetBytes, lengthBytes), ByteBuffer.wrap(bytes));
        return bytes;
    }

    void write(Region region, long offsetBytes, byte[] bytes) {
        memory.write(ByteBuffer.wrap(bytes), region.span().slice(offsetBytes, bytes.length));
    }

    @Override
    public void close() {
        reporting = true;
        try {
            memory.close();
        } finally {
            reporting = false;
        }
    }

    static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
