// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random calls, each followed by a comparison with a model that counts everything anew. */
class ObjectStoreModelTest {
    private static final int KEYS = 15;

    @ParameterizedTest
    @ValueSource(strings = {"lru", "lfu", "fifo"})
    void shouldBehaveLikeItsModel(String policy) {
        Seeds.run(random -> {
            for (int run = 0; run < 40; run++) {
                Simulation simulation = new Simulation(random, policy);
                for (int step = 0; step < 800; step++) {
                    simulation.step();
                    simulation.check();
                }
                simulation.windDown();
            }
        });
    }

    private static final class ModelLease {
        final Lease lease;
        final StoredObject object;
        final long deadline;

        ModelLease(Lease lease, StoredObject object, long deadline) {
            this.lease = lease;
            this.object = object;
            this.deadline = deadline;
        }
    }

    private static final class Simulation {
        private final Random random;
        private final StoreFixture f;
        private final ObjectStore store;
        private final PagePool pool;
        private final EvictionPolicyTest.Model order;

        private final Map<String, StoredObject> found = new HashMap<>();
        private final Set<StoredObject> guarded = new HashSet<>();
        private final List<ModelLease> leases = new ArrayList<>();
        /** Pages that the receiver holds, and how many of their bytes are taken. */
        private final Map<Integer, Integer> receiving = new LinkedHashMap<>();

        private final Set<Integer> quarantined = new HashSet<>();
        private long now;

        Simulation(Random random, String policy) {
            this.random = random;
            f = new StoreFixture(1 + random.nextInt(8), policy);
            store = f.store;
            pool = f.pool;
            order = new EvictionPolicyTest.Model(policy);
            now = random.nextBoolean() ? 0 : Long.MAX_VALUE - 2_000;
        }

        void step() {
            String key = key();
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> takePage();
                case 3, 4, 5 -> put(key);
                case 6, 7 -> letGo();
                case 8, 9 -> get(key);
                case 10 -> release();
                case 11 -> expire();
                case 12, 13 -> guard(key);
                case 14 -> use(key);
                default -> rarely(key);
            }
        }

        private String key() {
            return "k" + random.nextInt(KEYS);
        }

        private void takePage() {
            // What has to go, by the contract: in the policy's order, until a page has no reference left.
            List<String> expected = new ArrayList<>();
            boolean free = freePage();
            while (!free) {
                StoredObject victim = order.victim(this::helps);
                if (victim == null) {
                    break;
                }
                expected.add(victim.key());
                drop(victim.key());
                free = freePage();
            }
            f.evicted.clear();
            long counted = f.evictionsCounted;

            int page = store.takePage();

            assertThat(f.evicted).isEqualTo(expected);
            assertThat(f.evictionsCounted - counted).isEqualTo(expected.size());
            assertThat(page != PagePool.NO_PAGE).isEqualTo(free);
            if (free) {
                assertThat(references(page)).isZero();
                assertThat(quarantined).doesNotContain(page);
                receiving.put(page, 0);
            } else {
                assertThat(expected).as("evicted in vain").isEmpty();
            }
        }

        private boolean helps(StoredObject object) {
            if (!evictable(object)) {
                return false;
            }
            for (int page : object.pages) {
                int evictable = 0;
                for (StoredObject other : found.values()) {
                    evictable += evictable(other) && isIn(other, page) ? 1 : 0;
                }
                if (evictable == references(page) && !quarantined.contains(page)) {
                    return true;
                }
            }
            return false;
        }

        private boolean evictable(StoredObject object) {
            return !guarded.contains(object) && leases.stream().noneMatch(lease -> lease.object == object);
        }

        private static boolean isIn(StoredObject object, int page) {
            return object.pieces().stream().anyMatch(piece -> piece.offsetBytes() / StoreFixture.PAGE_BYTES == page);
        }

        private int references(int page) {
            Set<StoredObject> objects = new HashSet<>(found.values());
            leases.forEach(lease -> objects.add(lease.object));
            int references = receiving.containsKey(page) ? 1 : 0;
            for (StoredObject object : objects) {
                references += isIn(object, page) ? 1 : 0;
            }
            return references;
        }

        private boolean freePage() {
            for (int page = 0; page < pool.geometry().pages(); page++) {
                if (references(page) == 0 && !quarantined.contains(page)) {
                    return true;
                }
            }
            return false;
        }

        private void put(String key) {
            List<Span> pieces = new ArrayList<>();
            int length = 0;
            for (Map.Entry<Integer, Integer> page : receiving.entrySet()) {
                int room = StoreFixture.PAGE_BYTES - page.getValue();
                if (room > 0 && random.nextInt(3) > 0) {
                    int part = 1 + random.nextInt(room);
                    pieces.add(pool.span(page.getKey()).slice(page.getValue(), part));
                    page.setValue(page.getValue() + part);
                    length += part;
                }
            }
            if (pieces.isEmpty()) {
                return;
            }
            drop(key);
            StoredObject object = store.put(StoreFixture.meta(key, length), pieces, random.nextLong());
            found.put(key, object);
            order.add(object);
        }

        private void letGo() {
            if (!receiving.isEmpty()) {
                int page = List.copyOf(receiving.keySet()).get(random.nextInt(receiving.size()));
                receiving.remove(page);
                pool.release(page);
            }
        }

        private void get(String key) {
            long length = 1L + random.nextInt(1_000);
            Optional<Lease> lease = store.get(key, now, length);
            lease(key, lease, now + length);
            touch(key);
        }

        private void lease(String key, Optional<Lease> lease, long deadline) {
            assertThat(lease.isPresent()).isEqualTo(found.containsKey(key));
            lease.ifPresent(held -> {
                assertThat(held.object()).isSameAs(found.get(key));
                leases.add(new ModelLease(held, found.get(key), deadline));
            });
        }

        private void touch(String key) {
            StoredObject object = found.get(key);
            if (object != null) {
                order.touch(order.find(object));
            }
        }

        private void release() {
            if (!leases.isEmpty()) {
                ModelLease lease = leases.remove(random.nextInt(leases.size()));
                lease.lease.release();
                lease.lease.release();
                assertThat(lease.lease.isActive()).isFalse();
            }
        }

        private void expire() {
            now += random.nextInt(400);
            int before = leases.size();
            leases.removeIf(lease -> lease.deadline - now <= 0);
            assertThat(store.expire(now)).isEqualTo(before - leases.size());
        }

        private void guard(String key) {
            StoredObject object = found.get(key);
            if (object != null) {
                boolean guards = random.nextBoolean();
                store.guard(object, guards);
                if (guards) {
                    guarded.add(object);
                } else {
                    guarded.remove(object);
                }
            }
        }

        private void use(String key) {
            assertThat(store.touch(key)).isEqualTo(found.containsKey(key));
            touch(key);
        }

        private void rarely(String key) {
            int page = random.nextInt(pool.geometry().pages());
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> {
                    assertThat(store.remove(key)).isEqualTo(found.containsKey(key));
                    drop(key);
                }
                case 3 -> {
                    if (references(page) > 0 && quarantined.add(page)) {
                        pool.quarantine(page);
                    }
                }
                case 4 -> {
                    if (quarantined.remove(page)) {
                        pool.unquarantine(page);
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        assertThat(store.clear()).isEqualTo(found.size());
                        Set.copyOf(found.keySet()).forEach(this::drop);
                    }
                }
            }
        }

        private void drop(String key) {
            StoredObject object = found.remove(key);
            if (object != null) {
                guarded.remove(object);
                order.entries.remove(order.find(object));
            }
        }

        void check() {
            assertThat(store.size()).isEqualTo(found.size());
            for (int i = 0; i < KEYS; i++) {
                assertThat(store.contains("k" + i)).isEqualTo(found.containsKey("k" + i));
            }
            assertThat(store.objects()).containsExactlyInAnyOrderElementsOf(found.values());
            assertThat(store.usedBytes())
                    .isEqualTo(found.values().stream()
                            .mapToLong(StoredObject::lengthBytes)
                            .sum());
            assertThat(store.detachedBytes())
                    .isEqualTo(leases.stream()
                            .map(lease -> lease.object)
                            .distinct()
                            .filter(object -> found.get(object.key()) != object)
                            .mapToLong(StoredObject::lengthBytes)
                            .sum());
            assertThat(store.guardedBytes())
                    .isEqualTo(guarded.stream()
                            .mapToLong(StoredObject::lengthBytes)
                            .sum());
            assertThat(store.activeLeases()).isEqualTo(leases.size());
            for (ModelLease lease : leases) {
                assertThat(lease.lease.object()).isSameAs(lease.object);
            }
            for (int page = 0; page < pool.geometry().pages(); page++) {
                assertThat(pool.references(page)).as("page %d", page).isEqualTo(references(page));
            }
        }

        /** When all is given back, every page is free. */
        void windDown() {
            receiving.keySet().forEach(pool::release);
            quarantined.forEach(pool::unquarantine);
            store.clear();
            leases.forEach(lease -> lease.lease.release());
            assertThat(pool.freePages()).isEqualTo(pool.geometry().pages());
            assertThat(store.usedBytes()).isZero();
            assertThat(store.detachedBytes()).isZero();
        }
    }
}
