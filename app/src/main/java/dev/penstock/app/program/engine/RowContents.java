// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.ports.memory.Pattern;

/** What the rows of a paged cache are filled with: each with something else, so that no row can pass for another. */
final class RowContents {
    private static final long POISON = 0x706F69736F6EL;

    private RowContents() {}

    /**
     * The seed of a token's row.
     *
     * @param token its index in the sequence
     * @param pair which layer and plane
     */
    static long ofToken(int worker, int round, int token, int pair) {
        return Pattern.mix(Pattern.mix(Pattern.mix(worker + 1L) + round) + token) + pair;
    }

    /** The seed of a row that nobody may touch. */
    static long ofUntouched(int slot, int pair) {
        return Pattern.mix(POISON + slot) + pair;
    }
}
