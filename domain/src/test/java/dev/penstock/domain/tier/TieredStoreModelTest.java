// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.MemoryWatch;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random calls to a store of tiers over slow and faulty memory and disk, compared with a plain map: what is found is what was
 * put last, and what is held is not lost.
 */
class TieredStoreModelTest {
    private static final int KEYS = 24;
    private static final long MS = 1_000_000;

    @Test
    void shouldBehaveLikeAMapThatForgetsWhileNothingFails() {
        for (int run = 0; run < 150; run++) {
            Seeds.run(random -> new Run(random, false).go());
        }
    }

    @Test
    void shouldNeverGiveWrongBytesWhateverFails() {
        for (int run = 0; run < 150; run++) {
            Seeds.run(random -> new Run(random, true).go());
        }
    }

    private static final class Run {
        private final Random random;
        private final boolean faulty;
        private final SimulatedWorld world;
        private final @Nullable SimulatedDisk disk;
        private final int upperPages;
        private final int hostPages;
        private final long diskBytes;
        private final String policy;
        private int lives;
        private TierScene scene;

        /** What was put last under a key, since it was removed last. */
        private final Map<String, byte[]> latest = new HashMap<>();
        /** All that was ever put under a key: after a restart it may be any of these. */
        private final Map<String, List<byte[]>> history = new HashMap<>();

        private final List<Held> holds = new ArrayList<>();
        private final List<Get> gets = new ArrayList<>();
        private final List<Reading> readings = new ArrayList<>();
        /** Keys of objects in host memory that were damaged there: nobody has looked at them yet. */
        private final Set<StoredObject> damaged = new HashSet<>();

        /** Keys whose object is from an earlier life: which one shows when it is got. Its removal may not have been done. */
        private final Set<String> afterRestart = new HashSet<>();

        private boolean flushing;
        private int found;

        private record Held(List<String> keys, Runnable end) {}

        /** Somebody reads what a lease is about. */
        @SuppressWarnings("ArrayRecordComponent") // Never compared.
        private record Reading(Lease lease, byte[] expected, List<MemoryWatch.Use> uses) {}

        Run(Random random, boolean faulty) {
            this.random = random;
            this.faulty = faulty;
            Faults faults = Faults.delays(random, 2 * MS);
            world = new SimulatedWorld(
                    random, faulty && random.nextBoolean() ? faults.withFailures(0, 0.05) : faults, false, null);
            disk = random.nextInt(3) == 0 ? null : new SimulatedDisk(world);
            setDisk();
            upperPages = 2 + random.nextInt(5);
            hostPages = 2 + random.nextInt(8);
            diskBytes = (long) TierScene.PAGE_BYTES * (1 + random.nextInt(30));
            policy = List.of("lru", "lfu", "fifo").get(random.nextInt(3));
            scene = live();
        }

        private void setDisk() {
            if (disk != null) {
                disk.setFaults(
                        random.nextLong(5 * MS),
                        faulty && random.nextInt(3) == 0 ? 0.2 : 0,
                        faulty && random.nextInt(4) == 0 ? random.nextInt(40_000) : Long.MAX_VALUE);
            }
        }

        private TierScene live() {
            return new TierScene(world, "life" + lives++, upperPages, hostPages, disk, diskBytes, policy);
        }

        void go() {
            for (int i = 0; i < 1_500; i++) {
                call();
                scene.step();
                world.advance(random.nextInt(4) == 0 ? random.nextLong(MS) : 1_000);
                check();
            }
            windDown();
        }

        private String key() {
            return "k" + random.nextInt(KEYS);
        }

        private List<String> keys() {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                keys.add(key());
            }
            return keys;
        }

        private void call() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> put(key());
                case 5, 6, 7, 8 -> get(key());
                case 9 -> hold();
                case 10, 11 -> endHold();
                case 12, 13 -> endReading();
                case 14 -> scene.store.touch(keys());
                case 15 -> scene.store.prefetch(keys());
                case 16 -> takeAndGiveBackAPage();
                case 17 -> rarely();
                case 18 -> flush();
                default -> {}
            }
        }

        private void put(String key) {
            byte[] old = latest.get(key);
            // Sometimes the same bytes again.
            byte[] content = old != null && random.nextInt(4) == 0
                    ? old
                    : TestNode.pattern(random.nextLong(), 1 + random.nextInt(2 * TierScene.PAGE_BYTES));
            if (scene.tryPut(key, content)) {
                latest.put(key, content);
                afterRestart.remove(key);
                history.computeIfAbsent(key, any -> new ArrayList<>()).add(content);
                assertThat(scene.store.contains(key)).isTrue();
            }
        }

        private void flush() {
            if (!flushing && random.nextInt(20) == 0) {
                flushing = true;
                scene.store.flush(random.nextLong(50 * MS), left -> flushing = false);
            }
        }

        private void takeAndGiveBackAPage() {
            int page = scene.store.takePage();
            if (page != PagePool.NO_PAGE) {
                scene.upper.pool().release(page);
            }
        }

        private void rarely() {
            switch (random.nextInt(faulty ? 40 : 12)) {
                case 0, 1, 2 -> {
                    String key = key();
                    boolean there = scene.store.contains(key);
                    assertThat(scene.store.remove(key)).isEqualTo(there);
                    latest.remove(key);
                    afterRestart.remove(key);
                    assertThat(scene.store.contains(key)).isFalse();
                }
                case 3 -> {
                    if (random.nextInt(20) == 0) {
                        assertThat(scene.store.clear()).isLessThanOrEqualTo(latest.size() + afterRestart.size());
                        latest.clear();
                        afterRestart.clear();
                    }
                }
                case 4 -> restart();
                case 5, 6 -> setDisk();
                case 7, 8, 9, 10, 11 -> {}
                case 12, 13, 14, 15 -> damageFile();
                default -> damageHost();
            }
        }

        private void damageFile() {
            if (disk != null && !disk.files().isEmpty()) {
                ObjectFile file = disk.files().get(random.nextInt(disk.files().size()));
                disk.damage(file.number(), random.nextLong(file.lengthBytes()));
            }
        }

        private void damageHost() {
            for (StoredObject object : scene.host.store().objects()) {
                if (random.nextInt(4) == 0) {
                    Span piece = object.pieces().get(0);
                    ByteBuffer view = scene.memory.hostView(piece);
                    int at = random.nextInt(view.capacity());
                    view.put(at, (byte) (view.get(at) ^ 1));
                    damaged.add(object);
                    return;
                }
            }
        }

        private void restart() {
            if (random.nextInt(3) > 0) {
                return;
            }
            boolean whole = !flushing && random.nextBoolean() && scene.flush(random.nextLong(100 * MS)) == 0;
            Map<String, byte[]> before = new HashMap<>(latest);
            before.keySet().retainAll(scene.store.keys());
            scene.kill();
            flushing = false;
            gets.clear();
            readings.clear();
            holds.clear();
            damaged.clear();
            scene = live();
            latest.clear();
            afterRestart.clear();
            afterRestart.addAll(scene.store.keys());
            if (whole && disk != null) {
                // All that was there before is there, and as it was put last.
                assertThat(afterRestart).containsAll(before.keySet());
                afterRestart.removeAll(before.keySet());
                latest.putAll(before);
            }
            assertThat(history.keySet()).containsAll(afterRestart);
            if (disk == null) {
                assertThat(afterRestart).isEmpty();
            }
        }

        private final class Get implements GetListener {
            private final String key;
            private final int life = lives;
            private boolean told;

            Get(String key) {
                this.key = key;
            }

            @Override
            public void found(Lease lease) {
                tell();
                StoredObject object = lease.object();
                byte[] bytes = scene.read(lease);
                boolean inHost = object.pieces()
                        .get(0)
                        .region()
                        .equals(scene.host.pool().geometry().region());
                if (inHost && TierScene.digest(bytes) != object.digest()) {
                    // Whoever reads straight from host memory looks at the digest as it reads.
                    assertThat(damaged).contains(object);
                    lease.release();
                    scene.store.damaged(object);
                    return;
                }
                byte[] expected = latest.get(key);
                if (expected == null) {
                    assertThat(afterRestart).contains(key);
                    assertThat(history.get(key)).anyMatch(one -> Arrays.equals(one, bytes));
                } else {
                    assertThat(Arrays.equals(bytes, expected)).as(key).isTrue();
                }
                found++;
                List<MemoryWatch.Use> uses = new ArrayList<>();
                for (Span piece : object.pieces()) {
                    uses.add(world.memoryWatch().beginRead(scene.process, scene.memory, piece, "lease of " + key));
                }
                readings.add(new Reading(lease, bytes, uses));
            }

            @Override
            public void missed(KvTransferException cause) {
                tell();
                if (!faulty) {
                    assertThat(cause.kind()).isIn(FailureKind.UNAVAILABLE, FailureKind.CAPACITY);
                    if (cause.kind() == FailureKind.UNAVAILABLE) {
                        assertThat(scene.store.contains(key))
                                .as(key + " is missed")
                                .isFalse();
                    }
                }
            }

            private void tell() {
                assertThat(told).isFalse();
                assertThat(life).isEqualTo(lives);
                told = true;
            }
        }

        private void get(String key) {
            Get get = new Get(key);
            gets.add(get);
            scene.store.get(key, get);
        }

        private void hold() {
            List<String> there =
                    keys().stream().filter(scene.store::contains).distinct().toList();
            if (holds.size() < 3) {
                long lease = random.nextBoolean() ? 1L << 62 : 1 + random.nextLong(50 * MS);
                Runnable end = scene.store.hold(there, lease);
                if (lease == 1L << 62) {
                    holds.add(new Held(there, end));
                }
            }
        }

        private void endHold() {
            if (!holds.isEmpty()) {
                Held held = holds.remove(random.nextInt(holds.size()));
                held.end().run();
            }
        }

        private void endReading() {
            if (!readings.isEmpty()) {
                end(readings.remove(random.nextInt(readings.size())));
            }
        }

        private void end(Reading reading) {
            if (!damaged.contains(reading.lease().object())) {
                assertThat(Arrays.equals(scene.read(reading.lease()), reading.expected()))
                        .isTrue();
            }
            reading.uses().forEach(world.memoryWatch()::end);
            reading.lease().release();
        }

        private void check() {
            for (String key : scene.store.keys()) {
                assertThat(latest.containsKey(key) || afterRestart.contains(key))
                        .as("%s is there, and was removed", key)
                        .isTrue();
            }
            if (!faulty) {
                for (Held held : holds) {
                    for (String key : held.keys()) {
                        if (latest.containsKey(key)) {
                            assertThat(scene.store.contains(key))
                                    .as("%s is held", key)
                                    .isTrue();
                        }
                    }
                }
            }
            Iterator<Get> pending = gets.iterator();
            while (pending.hasNext()) {
                if (pending.next().told) {
                    pending.remove();
                }
            }
        }

        private void windDown() {
            while (!holds.isEmpty()) {
                endHold();
            }
            scene.until("all gets are told", () -> {
                while (!readings.isEmpty()) {
                    endReading();
                }
                return gets.stream().allMatch(get -> get.told);
            });
            scene.settle();
            while (!readings.isEmpty()) {
                endReading();
            }
            assertThat(scene.upper.store().activeLeases()).isZero();
            assertThat(scene.host.store().activeLeases()).isZero();
            // Whatever is left is right.
            for (String key : List.copyOf(scene.store.keys())) {
                TierScene.Got got = scene.get(key);
                if (got.bytes != null && latest.containsKey(key) && damaged.isEmpty()) {
                    assertThat(got.bytes).isEqualTo(Objects.requireNonNull(latest.get(key)));
                }
            }
            scene.store.clear();
            scene.settle();
            assertThat(scene.upper.store().usedBytes() + scene.host.store().usedBytes())
                    .isZero();
            // A page each may be held by who fills it.
            assertThat(scene.upper.pool().heldPages()).isLessThanOrEqualTo(1);
            assertThat(scene.host.pool().heldPages()).isLessThanOrEqualTo(1);
            if (disk != null && !faulty) {
                assertThat(disk.files()).isEmpty();
            }
            assertThat(found).isPositive();
        }
    }
}
