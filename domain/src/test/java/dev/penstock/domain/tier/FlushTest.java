// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.store.Lease;
import dev.penstock.ports.Metric;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an orderly end saves. */
class FlushTest {
    private static final int LENGTH = 4000;
    private static final long MANY_BYTES = 1L << 40;
    private static final long LONG = 10_000_000_000L;

    private final SimulatedWorld world = new SimulatedWorld(new Random(Seeds.next()), Faults.NONE, false, null);
    private final SimulatedDisk disk = new SimulatedDisk(world);

    private TierScene scene(String name, int upperPages, int hostPages, long diskBytes) {
        return new TierScene(world, name, upperPages, hostPages, disk, diskBytes, "lru");
    }

    private static void fill(TierScene scene, int objects) {
        for (int i = 0; i < objects; i++) {
            scene.put("k" + i, i, LENGTH);
        }
    }

    private List<String> onDisk() {
        return disk.files().stream()
                .map(file -> ObjectMetaCodec.decode(file.description(), file.lengthBytes())
                        .key())
                .toList();
    }

    @Test
    void shouldFindEverythingAgainAfterAnOrderlyEnd() {
        disk.setFaults(100_000, 0, Long.MAX_VALUE);
        TierScene first = scene("one", 6, 10, MANY_BYTES);
        fill(first, 30);
        assertThat(disk.files()).hasSizeLessThan(30);
        assertThat(first.flush(LONG)).isZero();
        first.kill();

        TierScene second = scene("two", 6, 10, MANY_BYTES);
        for (int i = 0; i < 30; i++) {
            second.requireFound("k" + i, i, LENGTH);
        }
        assertThat(disk.files()).hasSize(30);
        assertThat(second.counters.of(Metric.TIER_DAMAGES)).isZero();
    }

    @Test
    void shouldSaveWhatIsStillInTheUpperTierThoughHostMemoryHasNoRoomForIt() {
        TierScene first = scene("one", 20, 2, MANY_BYTES);
        fill(first, 20);
        assertThat(first.flush(LONG)).isZero();
        first.kill();

        TierScene second = scene("two", 20, 2, MANY_BYTES);
        for (int i = 0; i < 20; i++) {
            second.requireFound("k" + i, i, LENGTH);
        }
    }

    @Test
    void shouldSaveTheHottestWhenTheTimeIsShort() {
        TierScene first = scene("one", 100, 100, MANY_BYTES);
        fill(first, 100);
        first.settle();
        int before = disk.files().size();
        disk.setFaults(40_000_000, 0, Long.MAX_VALUE);
        int left = first.flush(50_000_000);
        assertThat(left).isPositive().isLessThanOrEqualTo(100 - before - 16);
        first.kill();

        disk.setFaults(0, 0, Long.MAX_VALUE);
        TierScene second = scene("two", 100, 100, MANY_BYTES);
        assertThat(second.store.keys()).hasSizeGreaterThanOrEqualTo(100 - left);
        // As many as are written at a time, each within the time that one takes at most.
        for (int i = 84; i < 100; i++) {
            assertThat(second.store.contains("k" + i)).as("k" + i).isTrue();
        }
        for (int i = 0; i < 100; i++) {
            if (second.store.contains("k" + i)) {
                second.requireFound("k" + i, i, LENGTH);
            } else {
                assertThat(second.get("k" + i).cause).isNotNull();
            }
        }
    }

    @Test
    void shouldSaveTheHottestWhenTheTierIsSmall() {
        TierScene first = scene("one", 4, 16, 5 * LENGTH);
        fill(first, 12);
        // Of those that are in host memory alone.
        first.store.touch(List.of("k2"));
        assertThat(first.flush(LONG)).isEqualTo(7);
        first.settle();
        assertThat(onDisk()).containsExactlyInAnyOrder("k11", "k10", "k9", "k8", "k2");
        // A file makes room for what is hotter, though its object is in memory too.
        first.store.touch(List.of("k3"));
        assertThat(first.flush(LONG)).isEqualTo(7);
        first.settle();
        first.kill();
        assertThat(onDisk()).containsExactlyInAnyOrder("k11", "k10", "k9", "k8", "k3");
    }

    @Test
    void shouldEndWhenHostMemoryHasNoRoomForLong() {
        TierScene scene = scene("one", 8, 2, MANY_BYTES);
        fill(scene, 8);
        scene.settle();
        List<Lease> leases = new ArrayList<>();
        scene.host
                .store()
                .objects()
                .forEach(object -> leases.add(
                        scene.host.store().lease(object, world.clock().nanoTime())));
        assertThat(leases).isNotEmpty();
        long before = world.clock().nanoTime();
        assertThat(scene.flush(LONG)).isPositive();
        assertThat(world.clock().nanoTime() - before).isLessThan(LONG / 10);
        leases.forEach(Lease::release);
        assertThat(scene.flush(LONG)).isZero();
    }

    @Test
    void shouldSaveWhatFitsWhenTheDiskIsFull() {
        disk.setFaults(10_000, 0, 5 * LENGTH);
        TierScene first = scene("one", 8, 16, MANY_BYTES);
        fill(first, 12);
        assertThat(first.flush(LONG)).isEqualTo(12 - disk.files().size());
        first.kill();
        assertThat(disk.files()).hasSize(5);

        TierScene second = scene("two", 8, 16, MANY_BYTES);
        for (String key : onDisk()) {
            second.requireFound(key, Integer.parseInt(key.substring(1)), LENGTH);
        }
    }

    @Test
    void shouldEndWhenTheDiskFails() {
        disk.setFaults(10_000, 1, Long.MAX_VALUE);
        TierScene scene = scene("one", 8, 16, MANY_BYTES);
        fill(scene, 12);
        assertThat(scene.flush(LONG)).isEqualTo(12);
        assertThat(scene.counters.of(Metric.WRITE_BACK_FAILURES)).isEqualTo(12);
        // And the store goes on.
        disk.setFaults(10_000, 0, Long.MAX_VALUE);
        assertThat(scene.flush(LONG)).isZero();
    }

    @Test
    void shouldLetTheHottestBeTheHottestWhenItIsFoundAgain() {
        TierScene first = scene("one", 12, 16, MANY_BYTES);
        fill(first, 12);
        first.store.touch(List.of("k3"));
        assertThat(first.flush(LONG)).isZero();
        first.kill();

        // There is room for two: the last that were used.
        TierScene second = scene("two", 12, 16, 2 * LENGTH);
        assertThat(second.store.keys()).containsExactlyInAnyOrder("k3", "k11");
    }

    @Test
    void shouldMakeRoomOfFilesThatAreColderThanWhatIsInMemory() {
        TierScene first = scene("one", 4, 4, 10 * LENGTH);
        fill(first, 14);
        first.settle();
        assertThat(first.flush(LONG)).isZero();
        first.kill();
        List<String> hottest = new ArrayList<>();
        for (int i = 4; i < 14; i++) {
            hottest.add("k" + i);
        }
        assertThat(onDisk()).containsAll(hottest.subList(4, 10));
    }

    @Test
    void shouldSayThatNothingIsSavedWithoutADisk() {
        TierScene scene = new TierScene(world, "one", 8, 16, null, 0, "lru");
        fill(scene, 12);
        assertThat(scene.flush(LONG)).isEqualTo(12);
        assertThat(scene.store.heldKeys()).isZero();

        AtomicInteger left = new AtomicInteger(-1);
        new TieredStore(scene.upper, world.clock(), scene.counters).flush(LONG, left::set);
        assertThat(left.get()).isEqualTo(scene.upper.store().size());
    }

    @Test
    void shouldDoOneAtATime() {
        disk.setFaults(10_000_000, 0, Long.MAX_VALUE);
        TierScene scene = scene("one", 8, 16, MANY_BYTES);
        fill(scene, 12);
        AtomicInteger told = new AtomicInteger();
        scene.store.flush(LONG, left -> told.incrementAndGet());
        assertThatIllegalStateException().isThrownBy(() -> scene.store.flush(LONG, left -> {}));
        scene.until("it is over", () -> told.get() == 1);
        assertThat(scene.store.heldKeys()).isZero();
        assertThat(scene.flush(LONG)).isZero();
    }
}
