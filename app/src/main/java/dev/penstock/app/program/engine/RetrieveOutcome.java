// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.engine.RetrieveListener;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.concurrent.CompletableFuture;

/** Tells a run's own thread what became of a retrieve on the loop's: all of it, or it is a failure. */
final class RetrieveOutcome implements RetrieveListener {
    private final int tokens;
    private final CompletableFuture<Long> done = new CompletableFuture<>();

    /** Of a retrieve of so many tokens. */
    RetrieveOutcome(int tokens) {
        this.tokens = tokens;
    }

    /** Completed with the time at which all was in the paged cache, as {@link System#nanoTime} tells it. */
    CompletableFuture<Long> done() {
        return done;
    }

    @Override
    public void retrieved(boolean[] mask) {
        long now = System.nanoTime();
        if (mask.length != tokens) {
            fail("the mask has " + mask.length + " entries for " + tokens + " tokens");
            return;
        }
        for (int token = 0; token < tokens; token++) {
            if (!mask[token]) {
                fail("the store had the tokens up to " + token + " of " + tokens + ", or found damage behind them");
                return;
            }
        }
        done.complete(now);
    }

    private void fail(String what) {
        done.completeExceptionally(new KvTransferException(FailureKind.CORRUPTED, "retrieve a sequence", what));
    }

    @Override
    public void failed(KvTransferException cause) {
        done.completeExceptionally(cause);
    }
}
