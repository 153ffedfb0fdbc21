// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.control.NodeId;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals(new NodeId("sender-1"), 3);

    @Test
    void shouldCountTheObjectsOfEachRound() {
        for (int i = 0; i < 4; i++) {
            arrivals.begin();
            arrivals.own();
        }

        assertThat(arrivals.nextRound()).isEqualTo(1);
        assertThat(arrivals.nextObject()).isEqualTo(1);
        assertThat(arrivals.ownedOf(0)).isEqualTo(3);
        assertThat(arrivals.ownedOf(1)).isEqualTo(1);
        assertThat(arrivals.ownedOf(2)).isZero();
    }

    @Test
    void shouldTimeARoundFromItsFirstObjectToItsLast() {
        long before = System.nanoTime();
        arrivals.begin();
        long first = arrivals.firstAt();
        arrivals.begin();
        arrivals.own();
        arrivals.own();
        assertThat(arrivals.lastAt()).isZero();
        arrivals.own();

        assertThat(arrivals.firstAt()).isEqualTo(first);
        assertThat(first - before).isNotNegative();
        assertThat(arrivals.lastAt() - first).isNotNegative();

        arrivals.begin();
        assertThat(arrivals.firstAt() - arrivals.lastAt()).isNotNegative();
        assertThat(arrivals.firstAt()).isNotEqualTo(first);
    }

    @Test
    void shouldNameTheSenderOfWhatDeviates() {
        assertThat(arrivals.deviation()).isEmpty();

        arrivals.deviate("object 7 arrived damaged");

        assertThat(arrivals.deviation()).contains("from sender-1: object 7 arrived damaged");
    }
}
