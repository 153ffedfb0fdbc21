// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.Metric;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TieredStoreTest {
    private static final int LENGTH = 4000;
    private static final long MANY_BYTES = 1L << 40;

    private final SimulatedWorld world = world(Faults.NONE);
    private final SimulatedDisk disk = new SimulatedDisk(world);

    private static SimulatedWorld world(Faults faults) {
        return new SimulatedWorld(new Random(Seeds.next()), faults, false, null);
    }

    private TierScene scene(int upperPages, int hostPages, boolean withDisk, long diskBytes) {
        return new TierScene(world, "one", upperPages, hostPages, withDisk ? disk : null, diskBytes, "lru");
    }

    private static List<String> fill(TierScene scene, int objects) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            keys.add("k" + i);
            scene.put("k" + i, i, LENGTH);
        }
        return keys;
    }

    private static void requireAll(TierScene scene, int objects) {
        for (int i = 0; i < objects; i++) {
            scene.requireFound("k" + i, i, LENGTH);
        }
    }

    @Test
    void shouldKeepMoreThanTheUpperTierHolds() {
        TierScene scene = scene(4, 20, false, 0);
        List<String> keys = fill(scene, 20);

        assertThat(scene.store.prefix(keys)).isEqualTo(20);
        requireAll(scene, 20);
        assertThat(scene.counters.of(Metric.EVICTED_WITHOUT_COPY)).isZero();
        assertThat(scene.counters.of(Metric.UPPER_TIER_HITS) + scene.counters.of(Metric.HOST_TIER_HITS))
                .isEqualTo(20);
        assertThat(scene.counters.of(Metric.HOST_TIER_HITS)).isGreaterThanOrEqualTo(16);
        assertThat(scene.counters.of(Metric.BYTES_PROMOTED)).isPositive();
        assertThat(scene.counters.of(Metric.BYTES_DEMOTED)).isGreaterThanOrEqualTo(16L * LENGTH);
    }

    @Test
    void shouldKeepMoreThanBothMemoriesHold() {
        TierScene scene = scene(4, 6, true, MANY_BYTES);
        disk.setFaults(100_000, 0, Long.MAX_VALUE);
        List<String> keys = fill(scene, 40);

        assertThat(scene.store.prefix(keys)).isEqualTo(40);
        requireAll(scene, 40);
        assertThat(scene.counters.of(Metric.EVICTED_WITHOUT_COPY)).isZero();
        assertThat(scene.counters.of(Metric.DISK_TIER_HITS)).isGreaterThanOrEqualTo(30);
        assertThat(scene.counters.of(Metric.DISK_BYTES_READ)).isGreaterThanOrEqualTo(30L * LENGTH);
        assertThat(scene.counters.of(Metric.DISK_READ_NANOS)).isPositive();
        assertThat(scene.counters.of(Metric.TIER_DAMAGES)).isZero();
    }

    @Test
    void shouldForgetTheColdestWhenAllTiersAreFull() {
        TierScene scene = scene(2, 3, true, 5 * LENGTH);
        fill(scene, 30);
        scene.settle();

        assertThat(scene.store.contains("k29")).isTrue();
        assertThat(scene.store.contains("k0")).isFalse();
        assertThat(scene.get("k0").cause).isNotNull();
        assertThat(disk.files()).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void shouldNotLoseWhatIsHeldAndTakeNothingElseInstead() {
        TierScene scene = scene(2, 3, true, 3 * LENGTH);
        List<String> keys = fill(scene, 5);
        scene.settle();
        Runnable hold = scene.store.hold(keys, ObjectStore.MAX_LEASE_NANOS);
        int refused = 0;
        for (int i = 0; i < 50; i++) {
            refused += scene.tryPut("x" + i, new byte[LENGTH]) ? 0 : 1;
            for (int step = 0; step < 100; step++) {
                scene.step();
                world.advance(1_000_000);
            }
        }
        assertThat(scene.store.prefix(keys)).isEqualTo(5);
        requireAll(scene, 5);

        hold.run();
        hold.run();
        for (int i = 0; i < 30; i++) {
            scene.put("y" + i, i, LENGTH);
        }
        assertThat(scene.store.prefix(keys)).isZero();
        assertThat(refused).isLessThan(50);
    }

    @Test
    void shouldEndHoldsThatExpire() {
        TierScene scene = scene(2, 2, false, 0);
        scene.put("k", 1, LENGTH);
        scene.store.hold(List.of("k"), 1_000_000);
        scene.store.hold(List.of("k"), 3_000_000);
        world.advance(2_000_000);
        scene.step();
        for (int i = 0; i < 3; i++) {
            scene.put("x" + i, i, LENGTH);
        }
        assertThat(scene.store.contains("k")).isTrue();
        world.advance(2_000_000);
        scene.step();
        for (int i = 0; i < 8; i++) {
            scene.put("y" + i, i, LENGTH);
        }
        assertThat(scene.store.contains("k")).isFalse();
    }

    @Test
    void shouldFindAfterAKillWhatWasOnDiskAndMissTheRest() {
        TierScene first = scene(2, 3, true, MANY_BYTES);
        fill(first, 12);
        int written = disk.files().size();
        first.kill();

        TierScene second = new TierScene(world, "two", 2, 3, disk, MANY_BYTES, "lru");
        int found = 0;
        for (int i = 0; i < 12; i++) {
            if (second.store.contains("k" + i)) {
                second.requireFound("k" + i, i, LENGTH);
                found++;
            } else {
                assertThat(second.get("k" + i).cause).isNotNull();
            }
        }
        assertThat(found).isEqualTo(written).isGreaterThanOrEqualTo(7);
    }

    @Test
    void shouldMissAndCountWhatWasDamagedOnDisk() {
        TierScene first = scene(2, 3, true, MANY_BYTES);
        fill(first, 12);
        first.kill();
        ObjectFile damaged = disk.files().get(0);
        disk.damage(damaged.number(), 1234);

        TierScene second = new TierScene(world, "two", 2, 3, disk, MANY_BYTES, "lru");
        String key = ObjectMetaCodec.decode(damaged.description(), damaged.lengthBytes())
                .key();
        TierScene.Got got = second.get(key);
        assertThat(got.bytes).isNull();
        assertThat(got.cause).isNotNull().satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.CORRUPTED);
            assertThat(cause).hasMessageContaining(key);
        });
        assertThat(second.counters.of(Metric.TIER_DAMAGES)).isEqualTo(1);
        assertThat(second.store.contains(key)).isFalse();
        second.settle();
        assertThat(disk.files()).extracting(ObjectFile::number).doesNotContain(damaged.number());
        ObjectFile whole = disk.files().get(0);
        String other =
                ObjectMetaCodec.decode(whole.description(), whole.lengthBytes()).key();
        second.requireFound(other, Integer.parseInt(other.substring(1)), LENGTH);
    }

    @Test
    void shouldTakeTheCopyOnDiskWhenTheOneInHostMemoryIsDamaged() {
        TierScene scene = scene(2, 6, true, MANY_BYTES);
        fill(scene, 12);
        scene.settle();
        List<String> flipped = new ArrayList<>();
        for (var object : scene.host.store().objects()) {
            boolean onDisk = disk.files().stream().anyMatch(file -> file.digest() == object.digest());
            if (!onDisk || scene.upper.store().contains(object.key())) {
                continue;
            }
            var view = scene.memory.hostView(object.pieces().get(0));
            view.put(77, (byte) (view.get(77) ^ 1));
            flipped.add(object.key());
        }
        assertThat(flipped).isNotEmpty();
        String first = flipped.get(0);
        scene.requireFound(first, Integer.parseInt(first.substring(1)), LENGTH);
        assertThat(scene.counters.of(Metric.TIER_DAMAGES)).isEqualTo(1);
        requireAll(scene, 12);
    }

    @Test
    void shouldNotBringBackWhatWasRemovedOrReplaced() {
        TierScene scene = scene(2, 4, true, MANY_BYTES);
        fill(scene, 10);
        assertThat(scene.store.remove("k0")).isTrue();
        assertThat(scene.store.remove("k0")).isFalse();
        assertThat(scene.store.contains("k0")).isFalse();
        scene.put("k1", 100, LENGTH);
        scene.settle();
        fill(scene, 0);
        for (int i = 0; i < 10; i++) {
            scene.put("x" + i, i, LENGTH);
        }
        assertThat(scene.store.contains("k0")).isFalse();
        scene.requireFound("k1", 100, LENGTH);

        int there = scene.store.keys().size();
        assertThat(scene.store.clear()).isEqualTo(there);
        assertThat(scene.store.keys()).isEmpty();
        scene.settle();
        assertThat(disk.files()).isEmpty();
    }

    @Test
    void shouldNotWriteAgainWhatIsStoredAgain() {
        TierScene scene = scene(2, 4, true, MANY_BYTES);
        fill(scene, 10);
        scene.settle();
        long written = scene.counters.of(Metric.DISK_BYTES_WRITTEN);
        int onDisk = disk.files().size();
        for (int i = 0; i < onDisk; i++) {
            scene.put("k" + i, i, LENGTH);
        }
        scene.settle();
        assertThat(scene.counters.of(Metric.DISK_BYTES_WRITTEN) - written).isLessThanOrEqualTo((10L - onDisk) * LENGTH);
    }

    @Test
    void shouldGoOnWhenTheDiskIsFull() {
        disk.setFaults(10_000, 0, 6 * LENGTH);
        TierScene scene = scene(2, 3, true, MANY_BYTES);
        fill(scene, 40);
        scene.settle();

        assertThat(scene.counters.of(Metric.WRITE_BACK_FAILURES)).isPositive();
        scene.requireFound("k39", 39, LENGTH);
        // The newest are on disk, not the oldest: what is there makes room.
        assertThat(disk.files()).hasSizeLessThanOrEqualTo(6);
        assertThat(scene.store.contains("k0")).isFalse();
        assertThat(scene.store.keys().size()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void shouldGoOnWhenTheDiskFails() {
        disk.setFaults(10_000, 1, Long.MAX_VALUE);
        TierScene scene = scene(2, 3, true, MANY_BYTES);
        fill(scene, 20);
        scene.settle();

        assertThat(disk.files()).isEmpty();
        assertThat(scene.counters.of(Metric.WRITE_BACK_FAILURES)).isPositive();
        scene.requireFound("k19", 19, LENGTH);
    }

    @Test
    void shouldPrefetchTheStartOfWhatALookupFound() {
        TierScene scene = scene(8, 40, false, 0);
        List<String> keys = fill(scene, 40);
        scene.settle();
        assertThat(scene.upper.store().contains("k0")).isFalse();

        scene.store.prefetch(keys);
        scene.settle();

        assertThat(scene.upper.store().contains("k0")).isTrue();
        assertThat(scene.upper.store().contains("k1")).isTrue();
        assertThat(scene.upper.store().contains("k2")).isFalse();
    }

    @Test
    void shouldCopyDownInTheBackgroundBeforeAnybodyWaits() {
        TierScene scene = scene(8, 40, false, 0);
        fill(scene, 7);
        scene.settle();

        // A quarter of the tier is free, or has a copy.
        assertThat(scene.upper.store().usedBytes() - scene.upper.store().guardedBytes())
                .isBetween(1L, 3L * LENGTH);
        int page = scene.upper.pool().take();
        int next = scene.store.takePage();
        assertThat(next).isNotEqualTo(PagePool.NO_PAGE);
        scene.upper.pool().release(page);
        scene.upper.pool().release(next);
    }

    @Test
    void shouldCopyDownSeveralInARow() {
        TierScene scene = scene(16, 40, false, 0);
        int rows = 0;
        for (int i = 0; i < 30; i++) {
            long before = scene.counters.of(Metric.BYTES_DEMOTED);
            scene.put("k" + i, i, LENGTH);
            scene.settle();
            long objects = (scene.counters.of(Metric.BYTES_DEMOTED) - before) / LENGTH;
            assertThat(objects).as("after object %d", i).isNotEqualTo(1);
            rows += objects > 0 ? 1 : 0;
        }
        // A quarter was free at first.
        assertThat(scene.counters.of(Metric.BYTES_DEMOTED)).isGreaterThanOrEqualTo(18L * LENGTH);
        assertThat(rows).isBetween(5, 9);
    }

    @Test
    void shouldRefusePagesOfDifferentLength() {
        TierScene scene = scene(2, 2, false, 0);
        PagePool longer = new PagePool(scene.memory.allocate(4 * TierScene.PAGE_BYTES), 2 * TierScene.PAGE_BYTES);
        StoreTier other = new StoreTier(new ObjectStore(longer, EvictionPolicies.parse("lru"), scene.counters), longer);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TieredStore(
                        scene.upper, other, Optional.empty(), scene.memory, world.clock(), scene.counters))
                .withMessageContaining("8192");
    }
}
