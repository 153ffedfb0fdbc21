// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.memory.AllocatedBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionPolicyTest {
    private final StoredObject a = StoreFixture.object("a");
    private final StoredObject b = StoreFixture.object("b");
    private final StoredObject c = StoreFixture.object("c");

    @Test
    void shouldGiveUpTheLeastRecentlyUsed() {
        EvictionPolicy policy = filled("lru");
        policy.touched(a);
        policy.touched(b);

        assertThat(drain(policy)).containsExactly("c", "a", "b");
    }

    @Test
    void shouldGiveUpTheLeastFrequentlyUsedInTheOrderInWhichTheyGotThere() {
        EvictionPolicy policy = filled("lfu");
        policy.touched(a);
        policy.touched(c);
        policy.touched(b);
        policy.touched(c);

        assertThat(drain(policy)).containsExactly("a", "b", "c");
    }

    @Test
    void shouldGiveUpTheFirstThatCame() {
        EvictionPolicy policy = filled("fifo");
        policy.touched(a);
        policy.touched(a);

        assertThat(drain(policy)).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lru", "lfu", "fifo"})
    void shouldPassOverWhatMayNotGoAndKeepItsPlace(String name) {
        EvictionPolicy policy = filled(name);

        assertThat(policy.name()).isEqualTo(name);
        assertThat(policy.victim(object -> object != a)).isSameAs(b);
        assertThat(policy.victim(object -> object == c)).isSameAs(c);
        assertThat(policy.victim(object -> false)).isNull();
        assertThat(policy.victim(any -> true)).as("asking changes nothing").isSameAs(a);
        assertThat(drain(policy)).containsExactly("a", "b", "c");
        assertThat(policy.victim(any -> true)).isNull();
    }

    @Test
    void shouldListTheNamesWhenOneIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvictionPolicies.parse("mru"))
                .withMessage("'mru' is no eviction policy; known are lru, lfu and fifo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lru", "lfu", "fifo"})
    void shouldBehaveLikeItsModel(String name) {
        Seeds.run(random -> {
            for (int run = 0; run < 20; run++) {
                EvictionPolicy policy = EvictionPolicies.parse(name);
                Model model = new Model(name);
                for (int step = 0; step < 1_500; step++) {
                    step(random, policy, model);
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"lru", "lfu", "fifo"})
    void shouldLeaveNoGarbageWhenTouched(String name) {
        EvictionPolicy policy = EvictionPolicies.parse(name);
        List<StoredObject> objects = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            objects.add(StoreFixture.object("o" + i));
            policy.added(objects.get(i));
        }
        int[] turn = {0};

        assertThat(AllocatedBytes.perRepetition(100_000, () -> {
                    int n = turn[0]++;
                    policy.touched(objects.get(n % 10 < 7 ? n % 5 : n % 100));
                }))
                .isLessThan(1);
    }

    private EvictionPolicy filled(String name) {
        EvictionPolicy policy = EvictionPolicies.parse(name);
        policy.added(a);
        policy.added(b);
        policy.added(c);
        return policy;
    }

    private static List<String> drain(EvictionPolicy policy) {
        List<String> keys = new ArrayList<>();
        StoredObject victim = policy.victim(any -> true);
        while (victim != null) {
            keys.add(victim.key());
            policy.removed(victim);
            victim = policy.victim(any -> true);
        }
        return keys;
    }

    private static void step(Random random, EvictionPolicy policy, Model model) {
        int choice = random.nextInt(10);
        if (choice < 3 || model.entries.isEmpty()) {
            StoredObject object = StoreFixture.object("o" + model.tick);
            policy.added(object);
            model.add(object);
            return;
        }
        Model.Entry entry = model.entries.get(random.nextInt(model.entries.size()));
        if (choice < 7) {
            policy.touched(entry.object);
            model.touch(entry);
        } else if (choice == 7) {
            policy.removed(entry.object);
            model.entries.remove(entry);
        } else {
            Set<StoredObject> mustStay = new HashSet<>();
            for (Model.Entry other : model.entries) {
                if (random.nextInt(3) == 0) {
                    mustStay.add(other.object);
                }
            }
            Predicate<StoredObject> mayGo = object -> !mustStay.contains(object);
            StoredObject victim = policy.victim(mayGo);
            assertThat(victim).isSameAs(model.victim(mayGo));
            if (victim != null && random.nextBoolean()) {
                policy.removed(victim);
                model.entries.removeIf(other -> other.object == victim);
            }
        }
    }

    /** Keeps what the policies' contracts speak of, and searches through all of it. */
    static final class Model {
        static final class Entry {
            final StoredObject object;
            long cameAt;
            long usedAt;
            long uses = 1;

            Entry(StoredObject object, long now) {
                this.object = object;
                this.cameAt = now;
                this.usedAt = now;
            }
        }

        final List<Entry> entries = new ArrayList<>();
        private final Comparator<Entry> order;
        long tick;

        Model(String policy) {
            order = switch (policy) {
                case "lru" -> Comparator.comparingLong(entry -> entry.usedAt);
                case "fifo" -> Comparator.comparingLong(entry -> entry.cameAt);
                default ->
                    Comparator.<Entry>comparingLong(entry -> entry.uses).thenComparingLong(entry -> entry.usedAt);
            };
        }

        void add(StoredObject object) {
            entries.add(new Entry(object, tick++));
        }

        void touch(Entry entry) {
            entry.usedAt = tick++;
            entry.uses++;
        }

        Entry find(StoredObject object) {
            return entries.stream()
                    .filter(entry -> entry.object == object)
                    .findFirst()
                    .orElseThrow();
        }

        StoredObject victim(Predicate<StoredObject> mayGo) {
            return entries.stream()
                    .filter(entry -> mayGo.test(entry.object))
                    .min(order)
                    .map(entry -> entry.object)
                    .orElse(null);
        }
    }
}
