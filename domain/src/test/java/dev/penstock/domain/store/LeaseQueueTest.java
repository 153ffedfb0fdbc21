// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseQueueTest {
    private final ObjectStore store = new StoreFixture(1, "lru").store;

    @Test
    void shouldAlwaysHaveTheEarliestFirst() {
        Seeds.run(random -> {
            for (int run = 0; run < 50; run++) {
                LeaseQueue queue = new LeaseQueue();
                List<Lease> model = new ArrayList<>();
                // Deadlines wrap around in half of the runs.
                long origin = run % 2 == 0 ? random.nextInt() : Long.MAX_VALUE - 500;
                for (int step = 0; step < 500; step++) {
                    if (model.isEmpty() || random.nextInt(5) < 3) {
                        Lease lease = lease(origin + random.nextInt(1_000));
                        queue.add(lease);
                        model.add(lease);
                    } else {
                        Lease lease = model.remove(random.nextInt(model.size()));
                        queue.remove(lease);
                        assertThat(lease.isActive()).isFalse();
                    }
                    assertThat(queue.size()).isEqualTo(model.size());
                    if (model.isEmpty()) {
                        assertThat(queue.first()).isNull();
                    } else {
                        long earliest = model.stream()
                                .mapToLong(lease -> lease.deadlineNanos() - origin)
                                .min()
                                .orElseThrow();
                        assertThat(queue.first().deadlineNanos() - origin).isEqualTo(earliest);
                        assertThat(model).contains(queue.first()).allMatch(Lease::isActive);
                    }
                }
            }
        });
    }

    private Lease lease(long deadlineNanos) {
        return new Lease(store, StoreFixture.object("a"), deadlineNanos);
    }
}
