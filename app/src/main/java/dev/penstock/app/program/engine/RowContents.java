// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.ports.memory.Pattern;

/** What the rows of a paged cache are filled with: each with something else, so that no row can pass for another. */
final class RowContents {
    private static final long POISON = 0x706F69736F6EL;

    private RowContents() {}

    /**
     * The seed of a token's row in the first plane of the first layer; those of the others follow it one by one.
     *
     * @param token its index in the sequence
     */
    static long ofToken(int worker, int round, int token) {
        return Pattern.mix(Pattern.mix(Pattern.mix(worker + 1L) + round) + token);
    }

    /** As {@link #ofToken}, of slots that nobody may touch: the first of them. */
    static long ofUntouched(int slot) {
        return Pattern.mix(POISON + slot);
    }
}
