// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where randomised tests get their randomness from. {@code -Dpenstock.seed=N} repeats the run of seed {@code N}; without
 * it each run has a new seed, and a failure names it.
 */
public final class Seeds {
    /** The system property that fixes the seed. */
    public static final String PROPERTY = "penstock.seed";

    private Seeds() {}

    /** A test that takes its random choices from a generator. */
    @FunctionalInterface
    public interface SeededTest {
        /** Runs once; all that is random comes from {@code random}. */
        void run(Random random) throws Exception;
    }

    /** The seed of {@link #PROPERTY}, or else a new one. */
    public static long next() {
        Long fixed = Long.getLong(PROPERTY);
        return fixed != null ? fixed : ThreadLocalRandom.current().nextLong();
    }

    /**
     * Runs a test with a generator of the {@linkplain #next() next} seed.
     *
     * @throws AssertionError if the test throws; its message names the seed, its cause is what was thrown
     */
    public static void run(SeededTest test) {
        long seed = next();
        try {
            test.run(new Random(seed));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "seed " + seed + " (repeat with -D" + PROPERTY + "=" + seed + "): " + failure.getMessage(),
                    failure);
        }
    }
}
