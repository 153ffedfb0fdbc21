// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

/** An operation that the engine goes on with in each of its steps, until it has nothing more to begin. */
interface Stepwise {
    /**
     * Does what can be done now, within the budget.
     *
     * @param budget just renewed
     * @return how much was done
     */
    int step(StepBudget budget);

    /** Whether there is more to do, now or later. */
    boolean waits();
}
