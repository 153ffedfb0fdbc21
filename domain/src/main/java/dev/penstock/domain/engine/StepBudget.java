// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

/**
 * How much an operation may do in one step of the engine: little enough that the pipe and the memory, which are stepped by
 * the same thread, have their turn while a long sequence is hashed. Counted in estimated time, since the domain has no
 * clock that is fine enough; the estimates are {@code HashBenchmark}'s and {@code EngineBenchmark}'s, rounded.
 */
final class StepBudget {
    private static final int STEP_NS = 20_000;
    private static final int TOKEN_NS = 10;
    private static final int KEY_NS = 200;
    private static final int OBJECT_NS = 1_000;

    private int leftNs;

    /** A step begins. */
    void renew() {
        leftNs = STEP_NS;
    }

    boolean isSpent() {
        return leftNs <= 0;
    }

    /** Tokens were hashed. */
    void tokens(int count) {
        leftNs -= count * TOKEN_NS;
    }

    /** Keys were made, and perhaps looked for. */
    void keys(int count) {
        leftNs -= count * KEY_NS;
    }

    /** An object was put, got or waited for. */
    void object() {
        leftNs -= OBJECT_NS;
    }
}
