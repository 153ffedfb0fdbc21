// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import java.util.ArrayDeque;

/** What an engine has begun and goes on with, a little of each in every step. */
final class Operations {
    private final ArrayDeque<Stepwise> waiting = new ArrayDeque<>();
    private final StepBudget budget = new StepBudget();

    /** Begins an operation, or goes on with one for which there is more to do. */
    void begin(Stepwise operation) {
        step(operation);
        // A layer-wise store may be waiting with an earlier layer already.
        if (operation.waits() && !waiting.contains(operation)) {
            waiting.add(operation);
        }
    }

    /** Goes on with each. Returns how much was done. */
    int step() {
        int work = 0;
        int count = waiting.size();
        for (int i = 0; i < count; i++) {
            Stepwise operation = waiting.remove();
            work += step(operation);
            if (operation.waits()) {
                waiting.add(operation);
            }
        }
        return work;
    }

    private int step(Stepwise operation) {
        budget.renew();
        return operation.step(budget);
    }
}
