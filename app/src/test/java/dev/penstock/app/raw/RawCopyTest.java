// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPattern;
import dev.penstock.ports.memory.Span;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RawCopyTest {
    private static final long NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final HostMemory memory = new HostMemory(new DirectRegions());
    private final HostPattern pattern = new HostPattern(memory);
    private final Span objects = memory.allocate(3 << 20).span();
    private final Span slots = memory.allocate((1 << 20) + 4096).span();
    private final RawCopy copy = new RawCopy(memory, pattern, objects, slots);

    @AfterEach
    void free() {
        memory.close();
    }

    @Test
    void shouldCopyIntoTheSlots() {
        pattern.fill(objects, 1);

        assertThat(copy.measure(RawWork.COPY, RawCopy.Direction.IN, NS)).isPositive();

        assertThat(pattern.firstMismatch(objects, 1)).isEqualTo(-1);
        assertThat(pattern.firstMismatch(slots, 0)).isNotNegative();
    }

    @Test
    void shouldCopyOutOfTheSlotsToTheEndOfTheObjects() {
        memory.hostView(slots).put(new byte[(int) slots.lengthBytes()]);
        pattern.fill(objects, 1);

        copy.measure(RawWork.COPY, RawCopy.Direction.OUT, 10 * NS);

        assertThat(memory.hostView(objects.slice(0, 8)).getLong(0)).isZero();
        assertThat(memory.hostView(objects.slice(objects.lengthBytes() - 8, 8)).getLong(0))
                .isZero();
    }

    @Test
    void shouldTouchTheSlotsToTheirEnd() {
        memory.hostView(slots).put(new byte[(int) slots.lengthBytes()]);

        copy.touchSlots();

        assertThat(memory.hostView(slots.slice(slots.lengthBytes() - 8, 8)).getLong(0))
                .isNotZero();
    }

    @Test
    void shouldFillTheSlots() {
        memory.hostView(slots).put(new byte[(int) slots.lengthBytes()]);

        assertThat(copy.measure(RawWork.FILL, RawCopy.Direction.IN, 10 * NS)).isPositive();

        assertThat(memory.hostView(slots.slice(slots.lengthBytes() - 8, 8)).getLong(0))
                .isNotZero();
    }
}
