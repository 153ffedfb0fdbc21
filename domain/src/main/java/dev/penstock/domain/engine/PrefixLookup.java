// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;

/** One lookup, until it is answered. */
final class PrefixLookup implements Stepwise {
    private final PrefixAsks asks;
    private final ChunkRun run;
    private final LookupListener listener;
    private boolean told;

    PrefixLookup(PrefixAsks asks, ChunkRun run, LookupListener listener) {
        this.asks = asks;
        this.run = run;
        this.listener = listener;
    }

    @Override
    public int step(StepBudget budget) {
        int work = asks.step(budget);
        if (asks.mayGrow() || asks.awaitsAnswers()) {
            return work;
        }
        told = true;
        KvTransferException cause = asks.cause();
        if (cause == null) {
            listener.found(new Lookup(run.tokensOf(asks.known()), asks::letGo));
        } else {
            asks.letGo();
            listener.failed(cause);
        }
        return work + 1;
    }

    @Override
    public boolean waits() {
        return !told;
    }
}
