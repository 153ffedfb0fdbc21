// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.domain.pipe.SendListener;
import dev.penstock.ports.KvTransferException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Counts a round's acknowledgements. One instance listens for all objects of the round. */
public final class RoundAcks implements SendListener {
    private final int objects;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private int acknowledged;
    /** How many: read by others while they wait, and not worth a fence for each. */
    private final AtomicInteger count = new AtomicInteger();

    /** For a round of that many objects. */
    public RoundAcks(int objects) {
        this.objects = objects;
    }

    @Override
    public void acknowledged() {
        acknowledged++;
        count.setRelease(acknowledged);
        if (acknowledged == objects) {
            done.complete(System.nanoTime());
        }
    }

    @Override
    public void failed(KvTransferException cause) {
        done.completeExceptionally(cause);
    }

    /** The round can't go on. On the loop's thread. */
    public void fail(RuntimeException cause) {
        done.completeExceptionally(cause);
    }

    /** Tells what failed an object, if one fails. On the loop's thread. */
    public void onFailure(Consumer<Throwable> listener) {
        CompletionStage<Long> stage = done;
        stage.whenComplete((time, thrown) -> {
            if (thrown != null) {
                listener.accept(thrown);
            }
        });
    }

    /** How many objects the receiver owns. Any thread. */
    public int count() {
        return count.getAcquire();
    }

    /** Completed with the time at which the receiver owned the last object, as {@link System#nanoTime} tells it. */
    public CompletableFuture<Long> done() {
        return done;
    }
}
