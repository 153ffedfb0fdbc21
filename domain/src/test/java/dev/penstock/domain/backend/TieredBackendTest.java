// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import static dev.penstock.domain.backend.BackendScene.PAGE;
import static dev.penstock.domain.backend.BackendScene.keys;
import static dev.penstock.domain.backend.BackendScene.objects;
import static dev.penstock.domain.backend.BackendScene.page;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.backend.BackendScene.Client;
import dev.penstock.domain.fixture.GetLog;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.Outcomes;
import dev.penstock.domain.fixture.StoreNode.Below;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What peers see of a store with tiers: one store, whatever is where. */
class TieredBackendTest {
    private static final long NO_LIMIT = 1L << 40;

    private static BackendScene scene(
            Random random, Nodes nodes, int pages, int hostPages, @Nullable SimulatedDisk disk, long diskBytes) {
        Below below = new Below(hostPages, random.nextInt(4) > 0, disk, diskBytes);
        long maxLeased = random.nextBoolean() ? NO_LIMIT : 1 + random.nextInt(4 * PAGE);
        return new BackendScene(random, nodes, new PipeConfig(2, true, 512, 20, 2), pages, "lru", maxLeased, below);
    }

    /** Two tiers, and of {@code count} objects of a page the first ones below. */
    private static BackendScene filled(Random random, int pages, int hostPages, int count) {
        BackendScene scene = scene(random, Nodes.working(random), pages, hostPages, null, 0);
        Client client = scene.client("client");
        for (int i = 0; i < count; i++) {
            client.putAll(List.of(page("key" + i)));
        }
        scene.nodes.pass(100 * Nodes.MS);
        assertThat(scene.store.store().contains("key0")).isFalse();
        return scene;
    }

    private static Client client(BackendScene scene) {
        return scene.client("another");
    }

    @Test
    void shouldAnswerFromAllTiers() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                BackendScene scene = filled(random, 6, 30, 20);
                Client client = client(scene);
                List<String> all = new ArrayList<>(List.copyOf(scene.metas.keySet()));
                all.add("never put");
                assertThat(client.contains(all).indexOf(false)).isEqualTo(20);
                assertThat(client.contains(List.of("never put", "key3"))).containsExactly(false, true);
                for (int i = 0; i < 20; i++) {
                    String key = "key" + random.nextInt(20);
                    assertThat(scene.isRight(client.getAndWait(List.of(key)).get(0), key))
                            .as(key)
                            .isTrue();
                }
                assertThat(client.remove(List.of("key0", "key19", "never put"))).containsExactly(true, true, false);
                assertThat(client.contains(List.of("key0", "key19"))).containsExactly(false, false);
                assertThat(client.getAndWait(List.of("key0")).get(0).isMissing())
                        .isTrue();
                assertThat(scene.store.host().store().contains("key0")).isFalse();
                scene.close();
            });
        }
    }

    @Test
    void shouldBringObjectsInTheOrderInWhichTheyWereAskedFor() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                BackendScene scene = filled(random, 6, 30, 20);
                Client client = client(scene);
                List<String> asked = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    asked.add("key" + random.nextInt(24));
                }
                List<String> told = new ArrayList<>();
                List<String> missing = new ArrayList<>();
                List<GetListener> listeners = new ArrayList<>();
                for (String key : asked) {
                    listeners.add(new Ordered(key, told, missing));
                }
                int cut = random.nextInt(15);
                client.backend.get(asked.subList(0, cut), listeners.subList(0, cut));
                client.backend.get(asked.subList(cut, 15), listeners.subList(cut, 15));
                List<String> there =
                        asked.stream().filter(scene.metas::containsKey).toList();
                scene.nodes.until("all are told", () -> told.size() + missing.size() == 15);
                assertThat(told).isEqualTo(there);
                scene.close();
            });
        }
    }

    /** Notes what has come. */
    private record Ordered(String key, List<String> told, List<String> missed) implements GetListener {
        @Override
        public Placement place(ObjectMeta meta) {
            return Placement.inPlace();
        }

        @Override
        public void received(ObjectMeta meta, ArrivingObject arrived) {
            assertThat(meta.key()).isEqualTo(key);
            told.add(key);
            arrived.settle();
        }

        @Override
        public void missing() {
            missed.add(key);
        }

        @Override
        public void failed(KvTransferException cause) {
            throw new AssertionError(cause);
        }
    }

    @Test
    void shouldKeepWhatAPeerHasLeasedWhereverItGoes() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                Nodes nodes = Nodes.working(random);
                SimulatedDisk disk = random.nextBoolean() ? new SimulatedDisk(nodes.world()) : null;
                BackendScene scene = scene(random, nodes, 6, 8, disk, 6 * PAGE);
                Client client = scene.client("client");
                List<ObjectMeta> metas = List.of(page("a"), page("b"), page("c"));
                client.putAll(metas);
                assertThat(client.lease(List.of("a", "b", "gone", "c"), Long.MAX_VALUE))
                        .containsExactly(true, true, false, false);
                for (int i = 0; i < 40; i++) {
                    client.putAll(List.of(page("flood" + i)));
                }
                assertThat(client.contains(List.of("a", "b", "c"))).containsExactly(true, true, false);
                assertThat(scene.store.store().contains("a")).isFalse();
                List<GetLog> logs = client.getAndWait(List.of("a", "b"));
                assertThat(scene.isRight(logs.get(0), "a")).isTrue();
                assertThat(scene.isRight(logs.get(1), "b")).isTrue();
                client.release(List.of("a", "b"));
                // Nobody waits for a release, and puts overtake it: until it has come, both are still leased.
                scene.nodes.until("nothing is leased", scene.store::nothingIsLeased);
                for (int i = 0; i < 40; i++) {
                    client.putAll(List.of(page("again" + i)));
                }
                assertThat(client.contains(List.of("a", "b"))).containsExactly(false, false);
                scene.close();
            });
        }
    }

    @Test
    void shouldKeepWhatAPeerHasPinnedForAsLongAsItsSession() {
        for (int run = 0; run < 4; run++) {
            boolean lost = run % 2 == 0;
            Seeds.run(random -> {
                BackendScene scene = scene(random, Nodes.working(random), 6, 8, null, 0);
                Client client = scene.client("client");
                Client other = scene.client("other");
                client.putAll(List.of(page("pinned"), page("leased")));
                client.lease(List.of("pinned"), ObjectStore.MAX_LEASE_NANOS);
                client.lease(List.of("leased"), ObjectStore.MAX_LEASE_NANOS - 1);
                scene.nodes.pass(BackendService.MAX_LEASE_NANOS + Nodes.MS);
                for (int i = 0; i < 40; i++) {
                    other.putAll(List.of(page("flood" + i)));
                }
                assertThat(other.contains(List.of("pinned", "leased"))).containsExactly(true, false);
                if (lost) {
                    client.node.process().lose(scene.store.node().process());
                } else {
                    client.release(List.of("pinned"));
                }
                scene.nodes.until("nothing is leased", scene.store::nothingIsLeased);
                for (int i = 0; i < 40; i++) {
                    other.putAll(List.of(page("again" + i)));
                }
                assertThat(other.contains(List.of("pinned"))).containsExactly(false);
                scene.close();
            });
        }
    }

    @Test
    void shouldBeginToBringUpWhatAPeerHasLeased() {
        Seeds.run(random -> {
            BackendScene scene = filled(random, 8, 30, 20);
            Client client = client(scene);
            assertThat(client.contains(List.of("key0", "key1"))).containsExactly(true, true);
            scene.nodes.pass(50 * Nodes.MS);
            assertThat(scene.store.store().contains("key0")).isFalse();
            assertThat(client.lease(List.of("key0", "key1"), Nodes.MS)).containsExactly(true, true);
            scene.nodes.pass(50 * Nodes.MS);
            assertThat(scene.store.store().contains("key0")).isTrue();
            assertThat(scene.store.store().contains("key1")).isTrue();
            scene.close();
        });
    }

    @Test
    void shouldSendFromHostMemoryWhatHasNoRoomAbove() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                BackendScene scene = filled(random, 6, 30, 20);
                Client client = client(scene);
                // All that is above is there to stay.
                List<String> above = new ArrayList<>();
                scene.store.store().objects().forEach(object -> above.add(object.key()));
                List<Lease> leases = new ArrayList<>();
                scene.store
                        .store()
                        .objects()
                        .forEach(object -> leases.add(scene.store
                                .store()
                                .lease(object, scene.nodes.world().clock().nanoTime())));
                long promoted = scene.store.node().counters().of(Metric.BYTES_PROMOTED);
                List<String> below = new ArrayList<>(scene.metas.keySet());
                below.removeAll(above);
                long before = scene.nodes.world().clock().nanoTime();
                List<GetLog> logs = client.getAndWait(below);
                for (int i = 0; i < below.size(); i++) {
                    assertThat(scene.isRight(logs.get(i), below.get(i))).isTrue();
                }
                assertThat(scene.store.node().counters().of(Metric.BYTES_PROMOTED))
                        .isLessThanOrEqualTo(promoted + 4 * PAGE);
                // To find out that there is no room takes its time once, not for each of them.
                assertThat(scene.nodes.world().clock().nanoTime() - before).isLessThan(20L * Nodes.MS * below.size());
                leases.forEach(Lease::release);
                scene.close();
            });
        }
    }

    @Test
    void shouldMissWhatIsDamagedBelowAndSendTheRest() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                BackendScene scene = filled(random, 6, 30, 20);
                Client client = client(scene);
                List<String> damaged = new ArrayList<>();
                for (StoredObject object : scene.store.host().store().objects()) {
                    if (!scene.store.store().contains(object.key()) && random.nextInt(3) == 0) {
                        scene.store.node().flip(object.pieces().get(0), random.nextInt(PAGE));
                        damaged.add(object.key());
                    }
                }
                List<String> all = new ArrayList<>(scene.metas.keySet());
                List<GetLog> logs = client.getAndWait(all);
                for (int i = 0; i < all.size(); i++) {
                    GetLog log = logs.get(i);
                    assertThat(damaged.contains(all.get(i)) ? log.isMissing() : scene.isRight(log, all.get(i)))
                            .as(all.get(i))
                            .isTrue();
                }
                assertThat(scene.store.node().counters().of(Metric.TIER_DAMAGES))
                        .isEqualTo(damaged.size());
                assertThat(client.contains(all))
                        .containsExactlyElementsOf(
                                all.stream().map(key -> !damaged.contains(key)).toList());
                scene.close();
            });
        }
    }

    @Test
    void shouldLetGoOfEverythingWhenASessionEndsWhileObjectsAreOnTheirWayUp() {
        for (int run = 0; run < 60; run++) {
            Seeds.run(random -> {
                Nodes nodes = Nodes.working(random);
                SimulatedDisk disk = new SimulatedDisk(nodes.world());
                disk.setFaults(20 * Nodes.MS, 0, Long.MAX_VALUE);
                BackendScene scene = scene(random, nodes, 8, 10, disk, NO_LIMIT);
                Client client = scene.client("client");
                Client other = scene.client("other");
                for (int i = 0; i < 40; i++) {
                    client.putAll(List.of(page("key" + i)));
                }
                List<String> asked = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    asked.add("key" + i);
                }
                List<GetLog> logs = client.get(asked);
                client.lease(asked, Long.MAX_VALUE);
                nodes.pass(random.nextInt((int) (30 * Nodes.MS)));
                switch (random.nextInt(4)) {
                    case 0 -> client.node.process().cutControlLinks();
                    case 1 -> client.node.process().lose(scene.store.node().process());
                    case 2 -> client.connection.near().leave("enough");
                    default -> client.connection.far().close();
                }
                nodes.until("the session is over", client.connection::isOver);
                nodes.until("all are told", () -> logs.stream().allMatch(GetLog::isTold));
                nodes.until("nothing is leased", scene.store::nothingIsLeased);
                for (int i = 0; i < 30; i++) {
                    assertThat(logs.get(i).failure() != null || scene.isRight(logs.get(i), asked.get(i)))
                            .isTrue();
                }
                // The store goes on for others.
                List<GetLog> again = other.getAndWait(asked);
                for (int i = 0; i < 30; i++) {
                    assertThat(scene.isRight(again.get(i), asked.get(i)))
                            .as(asked.get(i))
                            .isTrue();
                }
                scene.close();
            });
        }
    }

    /** Random calls of two peers, compared with a map: nothing is lost that a tier has room for, or that is leased. */
    @Test
    void shouldLoseNothingThatHasRoomOrIsLeased() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> new Run(random).go());
        }
    }

    private static final class Run {
        private final Random random;
        private final BackendScene scene;
        private final boolean roomForAll;
        private final List<Client> clients;
        private final Outcomes outcomes = new Outcomes();
        private final Set<String> removed = new HashSet<>();
        /** By whom they are leased. */
        private final Map<Client, List<String>> leased = new HashMap<>();

        private final List<Asked> asked = new ArrayList<>();
        private int puts;

        private record Asked(String key, GetLog log, boolean mayBeMissing) {}

        Run(Random random) {
            this.random = random;
            Nodes nodes = Nodes.working(random);
            SimulatedDisk disk = new SimulatedDisk(nodes.world());
            disk.setFaults(random.nextLong(2 * Nodes.MS), 0, Long.MAX_VALUE);
            roomForAll = random.nextBoolean();
            scene = scene(
                    random,
                    nodes,
                    10 + random.nextInt(10),
                    10 + random.nextInt(10),
                    disk,
                    roomForAll ? NO_LIMIT : (10L + random.nextInt(30)) * PAGE);
            clients = List.of(scene.client("one"), scene.client("two"));
        }

        private Client anyClient() {
            return clients.get(random.nextInt(2));
        }

        private String anyKey() {
            return "key" + random.nextInt(puts + 1) + ".0";
        }

        void go() {
            for (int i = 0; i < 80; i++) {
                Client client = anyClient();
                switch (random.nextInt(8)) {
                    case 0, 1, 2 ->
                        client.put(
                                objects(random, "key" + puts++ + ".", 1, 2 * PAGE)
                                        .get(0),
                                outcomes);
                    case 3, 4 -> get(client, List.of(anyKey(), anyKey(), anyKey()));
                    case 5 -> lease(client);
                    case 6 -> release(client);
                    default -> {
                        if (random.nextInt(3) == 0) {
                            remove(client, anyKey());
                        }
                    }
                }
                scene.nodes.pass(random.nextInt(300_000));
            }
            clients.forEach(this::release);
            scene.nodes.until(
                    "everything is told",
                    () -> outcomes.settled() == puts
                            && asked.stream().allMatch(one -> one.log().isTold()));
            assertThat(outcomes.failures()).isEmpty();
            check();
            List<String> all = new ArrayList<>();
            for (int i = 0; i < puts; i++) {
                all.add("key" + i + ".0");
            }
            List<Boolean> there = anyClient().contains(all);
            asked.clear();
            for (int i = 0; i < puts; i++) {
                boolean gone = removed.contains(all.get(i));
                assertThat(there.get(i)).as(all.get(i)).isIn(roomForAll ? List.of(!gone) : List.of(false, !gone));
                get(anyClient(), List.of(all.get(i)));
            }
            scene.nodes.until(
                    "all are told",
                    () -> asked.stream().allMatch(one -> one.log().isTold()));
            check();
            scene.close();
        }

        private boolean isLeased(String key) {
            return leased.values().stream().anyMatch(keys -> keys.contains(key));
        }

        private void get(Client client, List<String> keys) {
            List<GetLog> logs = client.get(keys);
            for (int i = 0; i < keys.size(); i++) {
                asked.add(new Asked(keys.get(i), logs.get(i), !isLeased(keys.get(i))));
            }
        }

        private void lease(Client client) {
            if (leased.containsKey(client)) {
                return;
            }
            List<String> keys = List.of(anyKey(), anyKey());
            List<Boolean> hits = client.lease(keys, Long.MAX_VALUE);
            List<String> held = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                if (hits.get(i)) {
                    held.add(keys.get(i));
                }
            }
            leased.put(client, held);
        }

        private void release(Client client) {
            List<String> held = leased.remove(client);
            if (held == null) {
                return;
            }
            // What is asked for before is leased until it has come.
            scene.nodes.until(
                    "what is leased has come",
                    () -> asked.stream()
                            .allMatch(one -> one.mayBeMissing() || one.log().isTold()));
            assertThat(client.contains(held)).doesNotContain(false);
            client.release(held);
        }

        private void remove(Client client, String key) {
            // A lease does not keep a key from being removed; and what is on its way comes after it.
            if (isLeased(key)
                    || outcomes.settled() < puts
                    || asked.stream().anyMatch(one -> !one.log().isTold())) {
                return;
            }
            client.remove(List.of(key));
            if (scene.metas.containsKey(key)) {
                removed.add(key);
            }
        }

        private void check() {
            for (Asked one : asked) {
                GetLog log = one.log();
                assertThat((log.isMissing() && one.mayBeMissing()) || scene.isRight(log, one.key()))
                        .as(one.key())
                        .isTrue();
            }
            if (roomForAll) {
                assertThat(scene.store.node().counters().of(Metric.EVICTED_WITHOUT_COPY))
                        .isZero();
            }
        }
    }
}
