// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import dev.penstock.app.loop.LoopDuty;
import dev.penstock.benchmarks.NixlBinding;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Sends a message, waits for its echo, waits for the pause to pass, and again. */
final class PingDuty implements LoopDuty {
    private static final int DIGITS = 3;
    private static final int SEQUENCE_AT = 0;

    private final Wire wire;
    private final ByteBuffer message;
    private CompletableFuture<Histogram> result = new CompletableFuture<>();
    private Histogram roundTripsNs = new Histogram(DIGITS);
    private int left;
    private long pauseNs;
    private long sequence;
    private long sentNs;
    private long echoedNs;
    private boolean waiting;

    PingDuty(NixlBinding binding, int messageBytes) {
        message = ByteBuffer.allocateDirect(messageBytes).order(ByteOrder.LITTLE_ENDIAN);
        wire = new Wire(binding, "ping", this::received);
    }

    Wire wire() {
        return wire;
    }

    /** Begins so many round trips. The stage is completed with how long each took, in nanoseconds. */
    CompletionStage<Histogram> begin(int count, long pauseBetweenNs) {
        result = new CompletableFuture<>();
        // Grows by itself: a park or another process may cost any time.
        roundTripsNs = new Histogram(TimeUnit.SECONDS.toNanos(1), DIGITS);
        roundTripsNs.setAutoResize(true);
        left = count;
        pauseNs = pauseBetweenNs;
        echoedNs = System.nanoTime();
        return result;
    }

    @Override
    public int step() {
        int done = wire.poll();
        KvTransferException loss = wire.loss();
        if (loss != null) {
            result.completeExceptionally(loss);
            left = 0;
        } else if (!waiting && left > 0 && System.nanoTime() - echoedNs >= pauseNs) {
            sequence++;
            message.clear().putLong(SEQUENCE_AT, sequence);
            waiting = true;
            sentNs = System.nanoTime();
            wire.send(message);
            done++;
        }
        return done;
    }

    private void received(ByteBuffer echo) {
        echoedNs = System.nanoTime();
        waiting = false;
        if (echo.remaining() != message.capacity() || echo.getLong(echo.position() + SEQUENCE_AT) != sequence) {
            left = 0;
            result.completeExceptionally(new KvTransferException(
                    FailureKind.PROTOCOL, "measure the round trip", "another message came back than was sent"));
            return;
        }
        roundTripsNs.recordValue(echoedNs - sentNs);
        left--;
        if (left == 0) {
            result.complete(roundTripsNs);
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
