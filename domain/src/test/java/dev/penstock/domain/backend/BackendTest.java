// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import static dev.penstock.domain.backend.BackendScene.PAGE;
import static dev.penstock.domain.backend.BackendScene.keys;
import static dev.penstock.domain.backend.BackendScene.objects;
import static dev.penstock.domain.backend.BackendScene.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.domain.backend.BackendScene.Client;
import dev.penstock.domain.backend.BackendScene.Reply;
import dev.penstock.domain.fixture.GetLog;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.Outcomes;
import dev.penstock.domain.fixture.RandomMeta;
import dev.penstock.domain.fixture.StoreNode;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackendTest {
    private static final long NO_LIMIT = 1L << 40;

    private static List<ObjectMeta> pages(String prefix, int count) {
        List<ObjectMeta> pages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pages.add(page(prefix + i));
        }
        return pages;
    }

    @Test
    void shouldPutFindGetAndRemove() {
        for (int run = 0; run < 30; run++) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 100, "lru", 1 + random.nextInt(10 * PAGE));
                Client client = scene.client("client");
                List<ObjectMeta> metas = objects(random, "key", 25, 3 * PAGE);
                client.putAll(metas);
                List<String> some = new ArrayList<>(keys(metas));
                some.add(3, "never put");
                some.add("nor this");

                List<Boolean> hits = client.contains(some);
                for (int i = 0; i < some.size(); i++) {
                    assertThat(hits.get(i)).isEqualTo(scene.metas.containsKey(some.get(i)));
                }
                Collections.shuffle(some, random);
                List<GetLog> got = client.getAndWait(some);
                for (int i = 0; i < some.size(); i++) {
                    String key = some.get(i);
                    assertThat(
                                    scene.metas.containsKey(key)
                                            ? scene.isRight(got.get(i), key)
                                            : got.get(i).isMissing())
                            .as(key)
                            .isTrue();
                }
                List<String> removed = List.of("key3", "never put", "key7");
                assertThat(client.remove(removed)).containsExactly(true, false, true);
                assertThat(client.remove(removed)).containsExactly(false, false, false);
                assertThat(client.contains(List.of("key2", "key3"))).containsExactly(true, false);
                assertThat(client.getAndWait(List.of("key3")).get(0).isMissing())
                        .isTrue();
                assertThat(client.contains(List.of())).isEmpty();
                client.get(List.of());
                // Nothing was copied to be kept: the store's side writes no byte that was not written over the wire.
                if (!scene.nodes.world().sharesMemory()) {
                    long overTheWire = scene.store.node().counters().of(Metric.BYTES_RECEIVED);
                    assertThat(scene.store.node().counters().of(Metric.MEMORY_BYTES_WRITTEN))
                            .isLessThan(overTheWire + 25 * 256);
                }
                scene.close();
            });
        }
    }

    @Test
    void shouldWorkWithoutDigests() {
        Seeds.run(random -> {
            PipeConfig pipe = new PipeConfig(2, false, 512, 20, 2);
            BackendScene scene = new BackendScene(random, Nodes.working(random), pipe, 30, "lru", NO_LIMIT);
            Client client = scene.client("client");
            List<ObjectMeta> metas = objects(random, "key", 10, 2 * PAGE);
            client.putAll(metas);
            List<GetLog> got = client.getAndWait(keys(metas));
            for (int i = 0; i < metas.size(); i++) {
                assertThat(scene.isRight(got.get(i), "key" + i)).isTrue();
            }
            assertThat(scene.store.node().counters().of(Metric.DIGEST_BYTES_READ))
                    .isZero();
            scene.close();
        });
    }

    @Test
    void shouldPutBatchesAndObjectsWrittenInTheRing() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 50, "lru", NO_LIMIT);
            Client client = scene.client("client");
            List<ObjectMeta> metas = objects(random, "key", 10, PAGE);
            List<SendSource> sources = new ArrayList<>();
            for (ObjectMeta meta : metas) {
                scene.metas.put(meta.key(), meta);
                scene.seeds.put(meta.key(), random.nextLong());
                sources.add(client.source(meta, scene.seeds.get(meta.key())));
            }
            Outcomes outcomes = new Outcomes();
            assertThat(client.backend.channel().putBatch(metas.subList(0, 5), sources.subList(0, 5), outcomes))
                    .isTrue();
            assertThat(client.backend
                            .channel()
                            .writeBatch(
                                    metas.subList(5, 10),
                                    (meta, room) -> {
                                        client.node.fill(room.span(), scene.seeds.get(meta.key()));
                                        room.commit();
                                    },
                                    outcomes))
                    .isTrue();
            scene.nodes.until("both are stored", () -> outcomes.acknowledgements() == 2);
            List<GetLog> got = client.getAndWait(keys(metas));
            for (int i = 0; i < metas.size(); i++) {
                assertThat(scene.isRight(got.get(i), metas.get(i).key())).isTrue();
            }
            scene.close();
        });
    }

    @Test
    void shouldAnswerEachAskingOfOneKeyWithItsOwnObject() {
        for (int run = 0; run < 30; run++) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 20, "lru", NO_LIMIT);
                Client client = scene.client("client");
                // Asked for before it is there, and again after: replies and objects may overtake each other.
                List<GetLog> before = client.get(List.of("key", "key"));
                client.putAll(List.of(page("key")));
                List<GetLog> after = client.get(List.of("key", "other", "key"));
                List<GetLog> all = new ArrayList<>(before);
                all.addAll(after);
                scene.nodes.until("all are told", () -> all.stream().allMatch(GetLog::isTold));
                for (GetLog log : before) {
                    assertThat(log.isMissing() || scene.isRight(log, "key")).isTrue();
                }
                assertThat(scene.isRight(after.get(0), "key")).isTrue();
                assertThat(after.get(1).isMissing()).isTrue();
                assertThat(scene.isRight(after.get(2), "key")).isTrue();
                scene.close();
            });
        }
    }

    @Test
    void shouldKeepTheLatestObjectOfAKey() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 12, anyPolicy(random), NO_LIMIT);
            Client client = scene.client("client");
            for (int i = 0; i < 40; i++) {
                client.putAll(List.of(RandomMeta.bytes("key" + i % 3, 1 + random.nextInt(2 * PAGE))));
                String key = "key" + i % 3;
                assertThat(scene.isRight(client.getAndWait(List.of(key)).get(0), key))
                        .isTrue();
            }
            assertThat(scene.store.store().size()).isEqualTo(3);
            assertThat(scene.store.evicted()).isEmpty();
            scene.close();
        });
    }

    private static String anyPolicy(Random random) {
        return List.of("lru", "lfu", "fifo").get(random.nextInt(3));
    }

    @Test
    void shouldEvictInThePolicysOrderToMakeRoom() {
        for (String policy : List.of("lru", "lfu", "fifo")) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 10, policy, NO_LIMIT);
                Client client = scene.client("client");
                // Two of the ten pages are granted at all times.
                client.putAll(List.of(
                        page("a"), page("b"), page("c"), page("d"), page("e"), page("f"), page("g"), page("h")));
                assertThat(scene.store.evicted()).isEmpty();
                client.getAndWait(List.of("a"));
                client.getAndWait(List.of("a"));
                client.getAndWait(List.of("b"));
                // What is being sent is leased, and would be passed over.
                scene.nodes.until("nothing is leased", () -> scene.store.store().activeLeases() == 0);
                client.putAll(List.of(page("i"), page("j"), page("k")));
                assertThat(scene.store.evicted())
                        .isEqualTo(
                                switch (policy) {
                                    case "fifo" -> List.of("a", "b", "c");
                                    default -> List.of("c", "d", "e");
                                });
                assertThat(scene.store.node().counters().of(Metric.OBJECTS_EVICTED))
                        .isEqualTo(3);
                assertThat(client.contains(scene.store.evicted())).containsOnly(false);
                scene.close();
            });
        }
    }

    @Test
    void shouldKeepWhatAPeerHasLeasedUntilItSaysSoOrTheTimeIsOverOrItIsGone() {
        for (int run = 0; run < 12; run++) {
            int way = run % 3;
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 10, "lru", NO_LIMIT);
                Client client = scene.client("client");
                client.putAll(List.of(page("a"), page("b"), page("c"), page("d")));
                assertThat(client.lease(List.of("a", "b", "gone", "c"), way == 1 ? 50 * Nodes.MS : Long.MAX_VALUE))
                        .containsExactly(true, true, false, false);
                assertThat(client.lease(List.of("b"), 40 * Nodes.MS)).containsExactly(true);
                assertThat(scene.store.tiers().heldKeys()).isEqualTo(2);
                client.putAll(pages("flood", 12));
                assertThat(client.contains(List.of("a", "b", "c", "d"))).containsExactly(true, true, false, false);
                if (way == 0) {
                    client.release(List.of("a", "b", "gone"));
                    client.release(List.of("b"));
                    // A lease that is not there any more is no mistake.
                    client.release(List.of("b"));
                } else if (way == 1) {
                    scene.nodes.pass(60 * Nodes.MS);
                } else {
                    client.node.process().lose(scene.store.node().process());
                }
                scene.nodes.until("nothing is leased", scene.store::nothingIsLeased);
                Client other = way == 2 ? scene.client("other") : client;
                other.putAll(pages("again", 12));
                assertThat(other.contains(List.of("a", "b"))).containsOnly(false);
                scene.close();
            });
        }
    }

    @Test
    void shouldLeaseForOneSessionOnlySoMuch() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 10, "lru", NO_LIMIT);
            Client client = scene.client("client");
            client.putAll(List.of(page("a")));
            List<String> many = Collections.nCopies(BackendService.MAX_SESSION_LEASES, "a");
            assertThat(client.lease(many, 50 * Nodes.MS)).containsOnly(true);
            // Told as there, and not kept.
            assertThat(client.lease(List.of("a"), 500 * Nodes.MS)).containsExactly(true);
            assertThat(scene.store.tiers().heldKeys()).isEqualTo(1);
            scene.nodes.pass(60 * Nodes.MS);
            assertThat(scene.store.nothingIsLeased()).isTrue();
            // Those that have expired do not count.
            assertThat(client.lease(List.of("a"), 50 * Nodes.MS)).containsExactly(true);
            assertThat(scene.store.tiers().heldKeys()).isEqualTo(1);
            scene.close();
        });
    }

    @Test
    void shouldLoseUnderLoadOnlyWhatItEvicted() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(
                        random, 8 + random.nextInt(20), anyPolicy(random), 1 + random.nextInt(4 * PAGE));
                List<Client> clients = List.of(scene.client("one"), scene.client("two"));
                List<GetLog> logs = new ArrayList<>();
                List<String> asked = new ArrayList<>();
                Outcomes outcomes = new Outcomes();
                for (int i = 0; i < 60; i++) {
                    Client client = clients.get(random.nextInt(2));
                    client.put(objects(random, "key" + i + ".", 1, 2 * PAGE).get(0), outcomes);
                    List<String> some =
                            List.of("key" + random.nextInt(i + 1) + ".0", "key" + random.nextInt(i + 1) + ".0");
                    asked.addAll(some);
                    logs.addAll(client.get(some));
                    scene.nodes.pass(random.nextInt(300_000));
                }
                scene.nodes.until(
                        "everything is told",
                        () -> outcomes.acknowledgements() == 60 && logs.stream().allMatch(GetLog::isTold));
                for (int i = 0; i < logs.size(); i++) {
                    assertThat(logs.get(i).isMissing() || scene.isRight(logs.get(i), asked.get(i)))
                            .isTrue();
                }
                for (int i = 0; i < 60; i++) {
                    String key = "key" + i + ".0";
                    GetLog log = clients.get(i % 2).getAndWait(List.of(key)).get(0);
                    assertThat(log.isMissing()).isEqualTo(scene.store.evicted().contains(key));
                    assertThat(log.isMissing() || scene.isRight(log, key)).isTrue();
                }
                scene.close();
            });
        }
    }

    @Test
    void shouldSendWhatWasThereWhenItIsRemovedOrReplacedUnderTheTransfer() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 14, anyPolicy(random), NO_LIMIT);
                Client client = scene.client("client");
                Client other = scene.client("other");
                List<ObjectMeta> metas = objects(random, "key", 6, 2 * PAGE);
                client.putAll(metas);
                Map<String, Long> old = Map.copyOf(scene.seeds);
                List<GetLog> logs = client.get(keys(metas));
                scene.nodes.until(
                        "some are on their way",
                        () -> scene.store.store().activeLeases() > 0
                                || logs.stream().allMatch(GetLog::isTold));
                // Everything goes away, and other objects want its room.
                Reply removed = new Reply();
                other.backend.remove(keys(metas).subList(0, 3), removed);
                Outcomes outcomes = new Outcomes();
                for (ObjectMeta meta : metas) {
                    other.put(meta, outcomes);
                }
                for (int i = 0; i < 20; i++) {
                    other.put(page("filler" + i), outcomes);
                }
                scene.nodes.until(
                        "all are told", () -> logs.stream().allMatch(GetLog::isTold) && outcomes.settled() == 26);
                for (int i = 0; i < metas.size(); i++) {
                    String key = metas.get(i).key();
                    GetLog log = logs.get(i);
                    assertThat(log.isMissing() || log.got(metas.get(i), old.get(key)) || scene.isRight(log, key))
                            .as(key)
                            .isTrue();
                }
                scene.close();
            });
        }
    }

    @Test
    void shouldKeepWhatIsPinnedOrLeasedAndGoOnWhenLeasesExpire() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 6, anyPolicy(random), NO_LIMIT);
            Client client = scene.client("client");
            client.putAll(List.of(page("pinned"), page("leased"), page("third"), page("fourth")));
            List<Runnable> pins = new ArrayList<>();
            pins.add(scene.store.tiers().hold(List.of("pinned"), ObjectStore.MAX_LEASE_NANOS));
            long now = scene.nodes.world().clock().nanoTime();
            Lease lease = scene.store.store().get("leased", now, 300 * Nodes.MS).orElseThrow();
            client.putAll(List.of(page("a"), page("b"), page("c"), page("d"), page("e")));
            assertThat(client.contains(List.of("pinned", "leased"))).containsExactly(true, true);
            assertThat(lease.isActive()).isTrue();
            // The rest is pinned too: an object of three pages finds two, and waits until the lease gives up its page.
            scene.store.store().objects().forEach(object -> {
                if (!object.key().equals("leased")) {
                    pins.add(scene.store.tiers().hold(List.of(object.key()), ObjectStore.MAX_LEASE_NANOS));
                }
            });
            Outcomes outcomes = new Outcomes();
            client.put(RandomMeta.bytes("long", 3 * PAGE), outcomes);
            scene.nodes.pass(100 * Nodes.MS);
            assertThat(outcomes.settled()).isZero();
            scene.nodes.until("the lease has expired", () -> outcomes.acknowledgements() == 1);
            assertThat(scene.nodes.world().clock().nanoTime()).isGreaterThanOrEqualTo(now + 300 * Nodes.MS);
            assertThat(client.contains(List.of("pinned", "leased"))).containsExactly(true, false);
            pins.forEach(Runnable::run);
            scene.close();
        });
    }

    @Test
    void shouldHoldLittleWhileTheOneThatAskedDawdles() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 40, "lru", 2 * PAGE);
                Client client = scene.client("client");
                Client other = scene.client("other");
                List<ObjectMeta> metas = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    metas.add(page("key" + i));
                }
                client.putAll(metas);
                boolean[] mayCome = new boolean[1];
                List<GetLog> logs = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    logs.add(new GetLog(client.node, meta -> mayCome[0] ? Placement.inPlace() : Placement.later()));
                }
                client.backend.get(keys(metas), logs);
                scene.nodes.pass(200 * Nodes.MS);
                assertThat(logs).noneMatch(GetLog::isTold);
                assertThat(scene.store.store().activeLeases()).isLessThanOrEqualTo(2);
                // Meanwhile the store works for others, even where it evicts what the first one waits for.
                List<ObjectMeta> others = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    others.add(page("other" + i));
                }
                other.putAll(others);
                assertThat(scene.isRight(other.getAndWait(List.of("other29")).get(0), "other29"))
                        .isTrue();
                mayCome[0] = true;
                scene.nodes.until("all are told", () -> logs.stream().allMatch(GetLog::isTold));
                for (int i = 0; i < 20; i++) {
                    GetLog log = logs.get(i);
                    assertThat(log.isMissing() || scene.isRight(log, "key" + i)).isTrue();
                }
                assertThat(logs).anyMatch(GetLog::isMissing).anyMatch(log -> !log.isMissing());
                scene.close();
            });
        }
    }

    @Test
    void shouldTellEachListenerOnceWhenTheSessionIsLostAndServeTheNextSession() {
        for (int run = 0; run < 60; run++) {
            Seeds.run(random -> {
                BackendScene scene = new BackendScene(random, 60, "lru", NO_LIMIT);
                Client client = scene.client("client");
                List<ObjectMeta> metas = objects(random, "key", 20, 2 * PAGE);
                client.putAll(metas);
                List<GetLog> logs = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    logs.addAll(client.get(keys(metas).subList(5 * i, 5 * i + 5)));
                    scene.nodes.pass(random.nextInt(100_000));
                }
                int enough = random.nextInt(20);
                scene.nodes.until(
                        "some are told",
                        () -> logs.stream().filter(GetLog::isTold).count() >= enough);
                switch (random.nextInt(4)) {
                    case 0 -> client.node.process().cutControlLinks();
                    case 1 -> client.node.process().lose(scene.store.node().process());
                    case 2 -> client.connection.near().leave("enough");
                    default -> scene.store.node().process().lose(client.node.process());
                }
                scene.nodes.until("the session is over", () -> client.connection.isOver());
                scene.nodes.until("all are told", () -> logs.stream().allMatch(GetLog::isTold));
                for (int i = 0; i < logs.size(); i++) {
                    assertThat(logs.get(i).failure() != null || scene.isRight(logs.get(i), "key" + i))
                            .isTrue();
                }
                assertThatThrownBy(() -> client.get(List.of("key0"))).isInstanceOf(KvTransferException.class);
                // The same backend, in a new session.
                client.connect();
                List<GetLog> again = client.getAndWait(keys(metas));
                for (int i = 0; i < again.size(); i++) {
                    assertThat(scene.isRight(again.get(i), "key" + i)).isTrue();
                }
                scene.nodes.until("no lease is left", scene.store::nothingIsLeased);
                scene.close();
            });
        }
    }

    @Test
    void shouldNotPassDamageInTheStoreAsTheObject() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 10, "lru", NO_LIMIT);
            Client client = scene.client("client");
            client.putAll(List.of(page("whole"), page("damaged")));
            scene.store.node().flip(scene.store.object("damaged").pieces().get(0), random.nextInt(PAGE));
            List<GetLog> logs = client.getAndWait(List.of("damaged", "whole"));
            assertThat(logs.get(0).failure())
                    .isNotNull()
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPTED));
            assertThat(scene.isRight(logs.get(1), "whole")).isTrue();
            assertThat(client.node.counters().of(Metric.DIGEST_MISMATCHES)).isEqualTo(1);
            assertThat(client.contains(List.of("damaged", "whole"))).containsExactly(false, true);
            scene.close();
        });
    }

    @Test
    void shouldTellWhoRefusesAnObjectThatItWasRefused() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 10, "lru", NO_LIMIT);
            Client client = scene.client("client");
            client.putAll(List.of(page("a"), page("b"), RandomMeta.bytes("long", 5 * PAGE)));
            List<GetLog> logs = List.of(
                    new GetLog(client.node, meta -> Placement.refuse(FailureKind.CAPACITY)),
                    new GetLog(client.node, meta -> Placement.inPlace()),
                    new GetLog(client.node, meta -> Placement.inPlace()));
            client.backend.get(List.of("a", "long", "b"), logs);
            scene.nodes.until("all are told", () -> logs.stream().allMatch(GetLog::isTold));
            for (GetLog log : logs.subList(0, 2)) {
                assertThat(log.failure())
                        .isNotNull()
                        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CAPACITY));
            }
            assertThat(scene.isRight(logs.get(2), "b")).isTrue();
            scene.close();
        });
    }

    @Test
    void shouldAskAboutMoreKeysThanOneCallTakes() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 10, "lru", NO_LIMIT);
            Client client = scene.client("client");
            client.putAll(List.of(page("key7"), page("key90000")));
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                keys.add("key" + i);
            }
            List<Boolean> hits = client.contains(keys);
            assertThat(hits).hasSize(100_000);
            assertThat(hits.indexOf(true)).isEqualTo(7);
            assertThat(hits.lastIndexOf(true)).isEqualTo(90_000);
            // More than the far side keeps waiting: this side asks for the rest when some are answered.
            List<GetLog> logs = client.getAndWait(keys);
            assertThat(logs.stream().filter(GetLog::isMissing).count()).isEqualTo(99_998);
            assertThat(scene.isRight(logs.get(90_000), "key90000")).isTrue();
            scene.close();
        });
    }

    @Test
    void shouldEndASessionThatAsksForMoreThanItMayHaveWaiting() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 10, "lru", 1);
            Client client = scene.client("client");
            client.putAll(List.of(page("key")));
            List<String> keys = Collections.nCopies(16_384, "key");
            AtomicInteger failed = new AtomicInteger();
            for (int i = 0; i < 5; i++) {
                client.connection.near().call(BackendOperation.FETCH, keys, new BackendReplyListener() {
                    @Override
                    public void replied(List<Boolean> hits) {}

                    @Override
                    public void failed(KvTransferException cause) {
                        failed.incrementAndGet();
                    }
                });
            }
            scene.nodes.until("the session is over", () -> client.connection.isOver());
            assertThat(failed.get()).isEqualTo(5);
            assertThat(scene.store.node().counters().of(Metric.SESSIONS_FAILED)).isEqualTo(1);
            scene.close();
        });
    }

    @Test
    void shouldSayWhatIsWrongWithItsUse() {
        Seeds.run(random -> {
            BackendScene scene = new BackendScene(random, 10, "lru", NO_LIMIT);
            Client client = new Client(scene, "client");
            assertThatIllegalStateException().isThrownBy(() -> client.backend.contains(List.of("key"), new Reply()));
            assertThatIllegalStateException().isThrownBy(() -> client.backend.channel());
            client.connect();
            assertThatIllegalArgumentException().isThrownBy(() -> client.backend.get(List.of("key"), List.of()));
            assertThatIllegalArgumentException().isThrownBy(() -> client.get(List.of("a key", "")));
            assertThatIllegalArgumentException().isThrownBy(() -> client.backend.contains(List.of("\n"), new Reply()));
            scene.close();

            Nodes nodes = Nodes.working(random);
            StoreNode store = new StoreNode(nodes, nodes.start("store", scene.pipe), PAGE, 4, "lru", NO_LIMIT);
            TestNode sender = nodes.start("sender", scene.pipe);
            RemoteBackend putsOnly = new RemoteBackend(sender.counters());
            nodes.connect(
                    sender,
                    sender.plan(Optional.empty(), putsOnly.handler(new SessionHandler() {})),
                    store.node(),
                    store.plan());
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            putsOnly.get(List.of("key"), List.of(new GetLog(sender, meta -> Placement.inPlace()))))
                    .withMessageContaining("does not receive");
            nodes.close();
        });
    }
}
