// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RetrieveOutcomeTest {
    private final RetrieveOutcome outcome = new RetrieveOutcome(3);

    @Test
    void shouldTakeAFullMask() {
        outcome.retrieved(new boolean[] {true, true, true});

        assertThat(outcome.done()).isCompleted();
    }

    @Test
    void shouldNotTakeAMaskWithAGap() {
        outcome.retrieved(new boolean[] {true, false, true});

        assertThatThrownBy(outcome.done()::join).hasMessageContaining("up to 1 of 3");
    }

    @Test
    void shouldNotTakeAShortMask() {
        outcome.retrieved(new boolean[] {true, true});

        assertThatThrownBy(outcome.done()::join).hasMessageContaining("2 entries for 3 tokens");
    }
}
