// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.Outcomes;
import dev.penstock.domain.fixture.RandomMeta;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.SpanAllocator;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.Reservation;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 4;

    /** A sender with a channel and a receiver with observers. */
    private static final class Scene {
        final Random random;
        final Nodes nodes;
        final TestNode sender;
        final TestNode receiver;
        final Map<String, Long> seeds = new HashMap<>();
        final Map<String, ObjectMeta> metas = new HashMap<>();
        Nodes.@Nullable Connection connection;

        @Nullable
        SpanAllocator owned;

        Scene(Random random) {
            this(random, Nodes.working(random), null);
        }

        Scene(Random random, Nodes nodes, @Nullable PipeConfig pipe) {
            this.random = random;
            this.nodes = nodes;
            PipeConfig config = pipe == null ? nodes.anyPipe() : pipe;
            sender = nodes.start("sender", config);
            receiver = nodes.start("receiver", config);
        }

        Scene open(Function<Scene, ReceiveChannel> newChannel, KvObserver... observers) {
            ReceiveChannel channel = newChannel.apply(this);
            for (KvObserver observer : observers) {
                channel.addObserver(observer);
            }
            Inbound inbound = Inbound.ring(receiver.ring(PAGES * PAGE), PAGE, channel);
            connection = nodes.connect(
                    sender,
                    sender.plan(Optional.empty(), new SessionHandler() {}),
                    receiver,
                    receiver.plan(Optional.of(inbound), new SessionHandler() {}));
            return this;
        }

        static Function<Scene, ReceiveChannel> views(long maxViewBytes) {
            return scene -> ReceiveChannel.views(maxViewBytes, null, scene.receiver.counters());
        }

        static Function<Scene, ReceiveChannel> copies(long bytes) {
            return scene -> ReceiveChannel.copies(scene.ownedMemory(bytes), scene.receiver.counters());
        }

        SpanAllocator ownedMemory(long bytes) {
            owned = new SpanAllocator(receiver.region(bytes).span());
            return owned;
        }

        SendChannel channel() {
            return new SendChannel(connection.near().sender().orElseThrow());
        }

        ObjectMeta know(ObjectMeta meta) {
            seeds.put(meta.key(), random.nextLong());
            metas.put(meta.key(), meta);
            return meta;
        }

        ObjectMeta object(String key, int lengthBytes) {
            return know(RandomMeta.bytes(key, lengthBytes));
        }

        /** The object's bytes in memory of the sender. */
        Span source(ObjectMeta meta) {
            Span span = sender.registered(meta.lengthBytes()).span();
            sender.fill(span, seeds.get(meta.key()));
            return span;
        }

        void put(ObjectMeta meta, Outcomes outcomes) {
            SendSource source = random.nextBoolean()
                    ? new SendSource.Copied(source(meta))
                    : new SendSource.Registered(source(meta));
            nodes.until("there is room in the queue", () -> channel().put(meta, source, outcomes));
        }

        /** Writes an object's bytes where there is room for it. */
        void write(ObjectMeta meta, Reservation room) {
            byte[] bytes = TestNode.pattern(seeds.get(meta.key()), meta.lengthBytes());
            sender.memory().write(ByteBuffer.wrap(bytes), room.span());
        }

        void requireRight(ReceivedObject object) {
            String key = object.meta().key();
            assertThat(object.meta()).isEqualTo(metas.get(key));
            assertThat(receiver.read(object.pieces()))
                    .isEqualTo(TestNode.pattern(seeds.get(key), object.meta().lengthBytes()));
        }

        void close() {
            nodes.close();
        }
    }

    /** Checks each object and notes its key. */
    private static class Collector implements KvObserver {
        final List<String> keys = new ArrayList<>();
        final List<String> lost = new ArrayList<>();
        final List<RuntimeException> thrown = new ArrayList<>();
        Scene scene;

        @Override
        public void received(ReceivedObject object) {
            scene.requireRight(object);
            keys.add(object.meta().key());
        }

        @Override
        public void failed(ReceivedObject object, RuntimeException failure) {
            thrown.add(failure);
        }

        @Override
        public void dropped(String key, KvTransferException cause) {
            lost.add(key + " " + cause.kind());
        }
    }

    private static Collector[] collectors(int count) {
        Collector[] collectors = new Collector[count];
        for (int i = 0; i < count; i++) {
            collectors[i] = new Collector();
        }
        return collectors;
    }

    private static Scene open(Random random, Function<Scene, ReceiveChannel> channel, Collector... observers) {
        Scene scene = new Scene(random);
        for (Collector observer : observers) {
            observer.scene = scene;
        }
        return scene.open(channel, observers);
    }

    @Test
    void shouldDeliverKeysMetadataAndBytesInOrderToAllObservers() {
        for (int run = 0; run < 40; run++) {
            Seeds.run(random -> {
                Collector[] observers = collectors(1 + random.nextInt(3));
                boolean views = random.nextBoolean();
                Scene scene = open(random, views ? Scene.views(PAGE) : Scene.copies(64 * 1024), observers);
                Outcomes outcomes = new Outcomes();
                List<String> sent = new ArrayList<>();
                while (sent.size() < 25) {
                    ObjectMeta meta = RandomMeta.any(random);
                    if (meta.lengthBytes() > (views ? PAGE : 32 * 1024) || scene.metas.containsKey(meta.key())) {
                        continue;
                    }
                    scene.know(meta);
                    sent.add(meta.key());
                    if (random.nextInt(3) > 0 || meta.lengthBytes() > PAGE) {
                        scene.put(meta, outcomes);
                    } else {
                        ObjectFiller filler = (what, room) -> {
                            scene.write(what, room);
                            room.commit();
                        };
                        scene.nodes.until(
                                "there is room in the queue",
                                () -> scene.channel().write(meta, filler, outcomes));
                    }
                }
                scene.nodes.until("all are acknowledged", () -> outcomes.settled() == sent.size());
                assertThat(outcomes.acknowledgements()).isEqualTo(sent.size());
                scene.nodes.until("all sources are released", () -> outcomes.released() == sent.size());
                for (Collector observer : observers) {
                    assertThat(observer.keys).isEqualTo(sent);
                    assertThat(observer.thrown).isEmpty();
                }
                if (!views) {
                    assertThat(scene.owned.freeBytes()).isEqualTo(scene.owned.capacityBytes());
                }
                scene.close();
            });
        }
    }

    @Test
    void shouldGoOnWhenAnObserverThrows() {
        Seeds.run(random -> {
            Collector first = new Collector();
            Collector thrower = new Collector() {
                @Override
                public void received(ReceivedObject object) {
                    super.received(object);
                    throw new IllegalStateException(
                            "observer fails on " + object.meta().key());
                }

                @Override
                public void failed(ReceivedObject object, RuntimeException failure) {
                    super.failed(object, failure);
                    throw failure;
                }
            };
            Collector last = new Collector();
            Scene scene = open(
                    random, random.nextBoolean() ? Scene.views(PAGE) : Scene.copies(PAGE * 8), first, thrower, last);
            Outcomes outcomes = new Outcomes();
            for (int i = 0; i < 20; i++) {
                scene.put(scene.object("key" + i, 1 + random.nextInt(PAGE)), outcomes);
            }
            scene.nodes.until("all are acknowledged", () -> outcomes.acknowledgements() == 20);
            assertThat(first.keys).hasSize(20).isEqualTo(thrower.keys).isEqualTo(last.keys);
            assertThat(thrower.thrown).hasSize(20).first().asString().contains("observer fails on key0");
            // Once for what it threw, once for what it threw when told so.
            assertThat(scene.receiver.counters().of(Metric.OBSERVER_FAILURES)).isEqualTo(40);
            scene.close();
        });
    }

    /** Holds what it gets until it is told to let go. */
    private static final class Holder implements KvObserver {
        final List<ReceivedObject> held = new ArrayList<>();

        @Override
        public void received(ReceivedObject object) {
            object.retain();
            held.add(object);
        }
    }

    @Test
    void shouldKeepViewsAsLongAsSomeoneHoldsThem() {
        Seeds.run(random -> {
            Holder holder = new Holder();
            Collector other = new Collector();
            Scene scene = new Scene(random, Nodes.working(random), new PipeConfig(2, true, 512, 20, 2));
            other.scene = scene;
            scene.open(Scene.views(PAGE), holder, other);
            Outcomes outcomes = new Outcomes();
            List<ObjectMeta> metas = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                metas.add(scene.object("key" + i, PAGE));
                scene.put(metas.get(i), outcomes);
            }
            // The ring is full of views: the sender waits, well within its stall timeout.
            scene.nodes.until("the ring is full", () -> holder.held.size() == PAGES);
            scene.nodes.pass(500 * Nodes.MS);
            assertThat(other.keys).hasSize(PAGES);
            assertThat(outcomes.settled()).isZero();
            holder.held.forEach(scene::requireRight);
            // Not in order: a page comes back as soon as its own view is let go of.
            List<ReceivedObject> views = new ArrayList<>(holder.held);
            views.remove(2).release();
            scene.nodes.until("the sender goes on", () -> other.keys.size() > PAGES);
            views.forEach(scene::requireRight);
            views.forEach(ReceivedObject::release);
            scene.nodes.until("the rest comes", () -> {
                while (holder.held.size() > PAGES + 1) {
                    holder.held.remove(holder.held.size() - 1).release();
                }
                return other.keys.size() == 12;
            });
            for (int i = PAGES; i < holder.held.size(); i++) {
                holder.held.get(i).release();
            }
            scene.nodes.until("all are acknowledged", () -> outcomes.acknowledgements() == 12);
            scene.close();
        });
    }

    @Test
    void shouldMakeTheSenderWaitWhileThereIsNoRoomForCopies() {
        Seeds.run(random -> {
            Holder holder = new Holder();
            Collector other = new Collector();
            Scene scene = new Scene(random);
            other.scene = scene;
            scene.open(Scene.copies(2 * PAGE), holder, other);
            Outcomes outcomes = new Outcomes();
            List<ObjectMeta> metas = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                metas.add(scene.object("key" + i, PAGE));
            }
            SendSource anything =
                    new SendSource.Copied(scene.sender.region(PAGE).span());
            int given = 0;
            // Back-pressure reaches the caller: at some point the queue takes no more.
            for (long until = scene.nodes.world().clock().nanoTime() + 1000 * Nodes.MS;
                    scene.nodes.world().clock().nanoTime() < until; ) {
                if (given < metas.size() && scene.channel().queueRoom() > 0) {
                    scene.put(metas.get(given++), outcomes);
                }
                scene.nodes.pass(10 * Nodes.MS);
            }
            assertThat(holder.held).hasSize(2);
            assertThat(outcomes.acknowledgements()).isEqualTo(2);
            int waiting = given;
            if (waiting < metas.size()) {
                assertThat(scene.channel().queueRoom()).isZero();
                assertThat(scene.channel().put(RandomMeta.bytes("more", PAGE), anything, outcomes))
                        .isFalse();
            }
            holder.held.get(0).release();
            scene.nodes.until("one more comes", () -> holder.held.size() == 3);
            scene.requireRight(holder.held.get(1));
            // From now on nobody dawdles.
            holder.held.subList(1, 3).forEach(ReceivedObject::release);
            scene.nodes.until("all come", () -> {
                for (int i = 3; i < holder.held.size(); i++) {
                    holder.held.get(i).release();
                    holder.held.remove(i);
                }
                return outcomes.acknowledgements() == waiting;
            });
            assertThat(other.keys).hasSize(waiting);
            scene.close();
        });
    }

    @Test
    void shouldNotLetAnObserverTakeAnObjectFromTheOthers() {
        Seeds.run(random -> {
            List<RuntimeException> refused = new ArrayList<>();
            KvObserver greedy = object -> {
                try {
                    object.release();
                } catch (IllegalStateException e) {
                    refused.add(e);
                }
            };
            Holder holder = new Holder();
            Collector last = new Collector();
            Scene scene = new Scene(random);
            last.scene = scene;
            scene.open(Scene.copies(4 * PAGE), greedy, holder, last);
            Outcomes outcomes = new Outcomes();
            scene.put(scene.object("key", 1000), outcomes);
            scene.nodes.until("it is acknowledged", () -> outcomes.acknowledgements() == 1);
            assertThat(refused).hasSize(1);
            assertThat(last.keys).containsExactly("key");
            ReceivedObject object = holder.held.get(0);
            object.retain();
            object.release();
            object.release();
            assertThatIllegalStateException().isThrownBy(object::release);
            assertThatIllegalStateException().isThrownBy(object::retain);
            assertThat(scene.owned.freeBytes()).isEqualTo(4 * PAGE);
            scene.close();
        });
    }

    @Test
    void shouldCopyWhatIsTooLongForAViewAndRefuseWhatCanNeverHaveRoom() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                Collector observer = new Collector();
                List<Boolean> owned = new ArrayList<>();
                Scene scene = new Scene(random);
                observer.scene = scene;
                scene.open(
                        any -> ReceiveChannel.views(PAGE, scene.ownedMemory(20 * PAGE), scene.receiver.counters()),
                        observer,
                        object -> owned.add(object.owned()));
                Outcomes outcomes = new Outcomes();
                int[] lengths = {PAGE, PAGE + 1, 10 * PAGE, 20 * PAGE + 1, 20 * PAGE, 1};
                for (int i = 0; i < lengths.length; i++) {
                    scene.put(scene.object("key" + i, lengths[i]), outcomes);
                }
                scene.nodes.until("all are settled", () -> outcomes.settled() == lengths.length);
                assertThat(observer.keys).containsExactly("key0", "key1", "key2", "key4", "key5");
                assertThat(owned).containsExactly(false, true, true, true, false);
                assertThat(outcomes.failures()).singleElement().isEqualTo(FailureKind.CAPACITY);
                assertThat(scene.owned.freeBytes()).isEqualTo(20 * PAGE);
                scene.close();
            });
        }
    }

    @Test
    void shouldDeliverViewsOfSeveralPagesAndTellOfThoseLongerThanTheRing() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                Collector observer = new Collector();
                Scene scene = open(random, Scene.views(Long.MAX_VALUE), observer);
                Outcomes outcomes = new Outcomes();
                scene.put(scene.object("small", 1 + random.nextInt(PAGE)), outcomes);
                scene.put(scene.object("long", PAGE + random.nextInt((PAGES - 2) * PAGE)), outcomes);
                scene.put(scene.object("too long", PAGES * PAGE + 1), outcomes);
                scene.put(scene.object("last", PAGE), outcomes);
                scene.nodes.until("all are settled", () -> outcomes.settled() == 4);
                assertThat(observer.keys).containsExactly("small", "long", "last");
                assertThat(observer.lost).containsExactly("too long CAPACITY");
                assertThat(outcomes.failures()).containsExactly(FailureKind.CAPACITY);
                scene.close();
            });
        }
    }

    @Test
    void shouldRefuseAnObjectWithoutMetadataAndGoOn() {
        Seeds.run(random -> {
            Collector observer = new Collector();
            Scene scene = open(random, Scene.views(PAGE), observer);
            Outcomes outcomes = new Outcomes();
            Region region = scene.sender.region(100);
            byte[] malformed = {99, 1, 1, 100, 0, 'k'};
            assertThat(scene.connection
                            .near()
                            .sender()
                            .orElseThrow()
                            .send(malformed, new SendSource.Copied(region.span()), outcomes))
                    .isTrue();
            scene.put(scene.object("key", 100), outcomes);
            scene.nodes.until("all are settled", () -> outcomes.settled() == 2);
            assertThat(observer.keys).containsExactly("key");
            assertThat(outcomes.failures()).containsExactly(FailureKind.REFUSED);
            scene.close();
        });
    }

    @Test
    void shouldAcknowledgeABatchWhenAllOfItIsThere() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                Collector observer = new Collector();
                PipeConfig pipe = new PipeConfig(1 + random.nextInt(4), true, 512, 30, 1 + random.nextInt(4));
                Scene scene = new Scene(random, Nodes.working(random), pipe);
                observer.scene = scene;
                scene.open(random.nextBoolean() ? Scene.views(PAGE) : Scene.copies(8 * PAGE), observer);
                List<String> order = new ArrayList<>();
                Outcomes outcomes = new Outcomes();
                List<Reservation> rooms = new ArrayList<>();
                Runnable commitOne = () -> {
                    if (!rooms.isEmpty() && random.nextInt(5) == 0) {
                        rooms.remove(random.nextInt(rooms.size())).commit();
                    }
                };
                for (int batch = 0; batch < 4; batch++) {
                    List<ObjectMeta> metas = new ArrayList<>();
                    for (int i = 1 + random.nextInt(12); i > 0; i--) {
                        metas.add(scene.object(batch + "/" + i, 1 + random.nextInt(PAGE)));
                    }
                    metas.forEach(meta -> order.add(meta.key()));
                    if (random.nextBoolean()) {
                        List<SendSource> sources = new ArrayList<>();
                        metas.forEach(meta -> sources.add(new SendSource.Copied(scene.source(meta))));
                        scene.nodes.until("the queue has room", () -> {
                            commitOne.run();
                            return scene.channel().putBatch(metas, sources, outcomes);
                        });
                    } else {
                        // The bytes come later, as from another thread.
                        ObjectFiller filler = (meta, room) -> {
                            scene.write(meta, room);
                            rooms.add(room);
                        };
                        scene.nodes.until("the queue has room", () -> {
                            commitOne.run();
                            return scene.channel().writeBatch(metas, filler, outcomes);
                        });
                    }
                }
                scene.nodes.until("all batches are acknowledged", () -> {
                    commitOne.run();
                    assertThat(outcomes.acknowledgements()).isLessThanOrEqualTo(4);
                    return outcomes.acknowledgements() == 4;
                });
                assertThat(observer.keys).isEqualTo(order);
                scene.close();
            });
        }
    }

    @Test
    void shouldTellHowManyOfABatchFailedAndWhyTheFirstDid() {
        Seeds.run(random -> {
            Collector observer = new Collector();
            Scene scene = new Scene(random, Nodes.working(random), new PipeConfig(4, true, 512, 100, 4));
            observer.scene = scene;
            scene.open(Scene.copies(PAGE), observer);
            List<ObjectMeta> metas = new ArrayList<>();
            List<SendSource> sources = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                // Every third one is longer than all owned memory.
                ObjectMeta meta = scene.object("key" + i, i % 3 == 1 ? PAGE + 1 : PAGE);
                metas.add(meta);
                sources.add(new SendSource.Copied(scene.source(meta)));
            }
            Outcomes outcomes = new Outcomes();
            assertThat(scene.channel().putBatch(metas, sources, outcomes)).isTrue();
            scene.nodes.until("the batch is settled", () -> outcomes.settled() == 1);
            assertThat(outcomes.failures()).containsExactly(FailureKind.CAPACITY);
            assertThat(outcomes.failedObjects()).isEqualTo(3);
            assertThat(observer.keys).containsExactly("key0", "key2", "key3", "key5", "key6", "key8");
            scene.close();
        });
    }

    @Test
    void shouldFailWhatItsFillerThrowsOnOrAbandonsAndGoOn() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                Collector observer = new Collector();
                Scene scene = new Scene(random, Nodes.working(random), new PipeConfig(3, true, 512, 100, 4));
                observer.scene = scene;
                scene.open(Scene.views(PAGE), observer);
                List<ObjectMeta> metas = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    metas.add(scene.object("key" + i, 1 + random.nextInt(PAGE)));
                }
                ObjectFiller filler = (meta, room) -> {
                    switch (meta.key()) {
                        case "key2" -> throw new IllegalStateException("no data");
                        case "key5" -> room.abandon();
                        case "key7" -> {
                            scene.write(meta, room);
                            room.commit();
                            throw new IllegalStateException("too late");
                        }
                        default -> {
                            scene.write(meta, room);
                            room.commit();
                        }
                    }
                };
                Outcomes outcomes = new Outcomes();
                assertThat(scene.channel().writeBatch(metas, filler, outcomes)).isTrue();
                scene.nodes.until("the batch is settled", () -> outcomes.settled() == 1);
                assertThat(outcomes.failedObjects()).isEqualTo(3);
                assertThat(outcomes.failures()).containsExactly(FailureKind.CLOSED);
                assertThat(outcomes.firstFailure()).hasMessageContaining("key2").hasRootCauseMessage("no data");
                assertThat(observer.keys).hasSize(10).doesNotContain("key2", "key5");
                assertThat(observer.lost).isEmpty();
                scene.close();
            });
        }
    }

    @Test
    void shouldQueueABatchAsAWholeOrNotAtAll() {
        Seeds.run(random -> {
            Scene scene = new Scene(random, Nodes.working(random), new PipeConfig(2, true, 512, 10, 4));
            Collector observer = new Collector();
            observer.scene = scene;
            scene.open(Scene.views(PAGE), observer);
            SendChannel channel = scene.channel();
            List<ObjectMeta> four = new ArrayList<>();
            List<SendSource> sources = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                four.add(scene.object("key" + i, 100));
                sources.add(new SendSource.Copied(scene.source(four.get(i))));
            }
            Outcomes outcomes = new Outcomes();
            ObjectFiller unused = (meta, room) -> room.abandon();
            assertThat(channel.putBatch(four, sources, outcomes)).isTrue();
            assertThat(channel.putBatch(four, sources, outcomes)).isTrue();
            assertThat(channel.queueRoom()).isEqualTo(2);
            assertThat(channel.putBatch(four, sources, outcomes)).isFalse();
            assertThat(channel.writeBatch(four, unused, outcomes)).isFalse();
            List<ObjectMeta> tooMany = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                tooMany.add(RandomMeta.bytes("more" + i, 10));
            }
            List<ObjectMeta> oneTooLong = List.of(four.get(0), RandomMeta.bytes("long", 100 * PAGE));
            List<SendSource> oneOutside = new ArrayList<>(sources);
            oneOutside.set(
                    3, new SendSource.Copied(new Span(scene.sender.region(50).id(), 0, 100)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.writeBatch(tooMany, unused, outcomes))
                    .withMessageContaining("11");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.writeBatch(oneTooLong, unused, outcomes))
                    .withMessageContaining("long");
            assertThatIllegalArgumentException().isThrownBy(() -> channel.putBatch(four, oneOutside, outcomes));
            assertThatIllegalArgumentException().isThrownBy(() -> channel.putBatch(List.of(), List.of(), outcomes));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.putBatch(four, sources.subList(0, 3), outcomes));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.put(RandomMeta.bytes("key", 99), sources.get(0), outcomes));
            assertThat(channel.queueRoom()).isEqualTo(2);
            scene.nodes.until("both batches are acknowledged", () -> outcomes.acknowledgements() == 2);
            assertThat(observer.keys).hasSize(8);
            scene.close();
        });
    }

    @Test
    void shouldDropWhatIsDamagedOnTheWayAndTellBothSides() {
        for (int run = 0; run < 10; run++) {
            Seeds.run(random -> {
                Collector observer = new Collector();
                Nodes nodes = new Nodes(random, Faults.delays(random, 100_000).withCorruption(0.2), false);
                Scene scene = new Scene(random, nodes, new PipeConfig(2, true, 512, 100, 3));
                observer.scene = scene;
                scene.open(random.nextBoolean() ? Scene.views(PAGE) : Scene.copies(8 * PAGE), observer);
                Outcomes outcomes = new Outcomes();
                for (int i = 0; i < 60; i++) {
                    scene.put(scene.object("key" + i, 1 + random.nextInt(PAGE)), outcomes);
                }
                scene.nodes.until("all are settled", () -> outcomes.settled() == 60);
                assertThat(observer.thrown).isEmpty();
                assertThat(observer.lost).hasSameSizeAs(outcomes.failures());
                assertThat(outcomes.failures()).allMatch(FailureKind.CORRUPTED::equals);
                assertThat(observer.keys).hasSize(outcomes.acknowledgements());
                scene.close();
            });
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenThePeerDies() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                Holder holder = new Holder();
                Collector observer = new Collector();
                Scene scene = new Scene(random, Nodes.working(random), new PipeConfig(3, true, 512, 100, 4));
                observer.scene = scene;
                boolean views = random.nextBoolean();
                scene.open(views ? Scene.views(PAGE) : Scene.copies(6 * PAGE), observer, holder);
                Outcomes outcomes = new Outcomes();
                for (int i = 0; i < 40; i++) {
                    scene.put(
                            scene.object("key" + i, 1 + random.nextInt(3 * PAGE) % (views ? PAGE : 3 * PAGE)),
                            outcomes);
                }
                int enough = random.nextInt(6);
                scene.nodes.until("some are there", () -> holder.held.size() >= Math.min(enough, 2));
                scene.sender.process().kill(random.nextBoolean());
                scene.nodes.until(
                        "the session is over",
                        () -> scene.connection.far().state().isFinal());
                scene.nodes.pass(100 * Nodes.MS);
                // What was delivered stays, and nothing that was not is held for ever.
                holder.held.forEach(scene::requireRight);
                holder.held.forEach(ReceivedObject::release);
                assertThat(observer.thrown).isEmpty();
                if (!views) {
                    scene.nodes.pass(Nodes.MS);
                    assertThat(scene.owned.freeBytes()).isEqualTo(6 * PAGE);
                }
                scene.close();
            });
        }
    }
}
