// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.engine.StoreListener;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Tells a run's own thread what became of a store on the loop's. */
final class StoreOutcome implements StoreListener {
    private final int tokens;
    private final CompletableFuture<Long> done = new CompletableFuture<>();

    /** Of a store of so many tokens. */
    StoreOutcome(int tokens) {
        this.tokens = tokens;
    }

    /** Completed with the time at which all was stored, as {@link System#nanoTime} tells it. */
    CompletableFuture<Long> done() {
        return done;
    }

    /** The store was begun, or else, with what is not null, it was not. */
    void begun(@Nullable Throwable thrown) {
        if (thrown != null) {
            done.completeExceptionally(thrown);
        }
    }

    @Override
    public void stored(int storedTokens) {
        long now = System.nanoTime();
        if (storedTokens == tokens) {
            done.complete(now);
        } else {
            done.completeExceptionally(new KvTransferException(
                    FailureKind.CORRUPTED, "store a sequence", storedTokens + " of " + tokens + " tokens were stored"));
        }
    }

    @Override
    public void failed(int storedTokens, KvTransferException cause) {
        done.completeExceptionally(new KvTransferException(
                cause.kind(),
                "store a sequence",
                storedTokens + " of " + tokens + " tokens were stored, then: " + cause.getMessage(),
                cause));
    }
}
