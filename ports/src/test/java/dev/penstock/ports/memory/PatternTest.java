// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PatternTest {
    @Test
    void shouldMixLikeSplitMix64() {
        // The published generator's first outputs for the seed 1234567.
        long state = 1234567;
        state += Pattern.STEP;
        assertThat(Pattern.mix(state)).isEqualTo(6457827717110365317L);
        state += Pattern.STEP;
        assertThat(Pattern.mix(state)).isEqualTo(3203168211198807973L);
    }

    @Test
    void shouldStepFromWordToWord() {
        long state = Pattern.base(9);
        for (int word = 0; word < 5; word++) {
            assertThat(Pattern.word(9, word)).isEqualTo(Pattern.mix(state));
            state += Pattern.STEP;
        }
    }

    @Test
    void shouldShareNoWordsBetweenSeeds() {
        Set<Long> words = new HashSet<>();
        for (long seed : new long[] {0, 1, 2, -1, Pattern.STEP, -Pattern.STEP, Long.MIN_VALUE}) {
            for (int word = 0; word < 10_000; word++) {
                assertThat(words.add(Pattern.word(seed, word))).isTrue();
            }
        }
    }
}
