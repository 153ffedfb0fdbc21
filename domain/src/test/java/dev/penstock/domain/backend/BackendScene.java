// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.fixture.GetLog;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.Outcomes;
import dev.penstock.domain.fixture.RandomMeta;
import dev.penstock.domain.fixture.StoreNode;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A node with a store, and nodes that put there and get from there. */
final class BackendScene {
    static final int PAGE = 4096;

    final Random random;
    final Nodes nodes;
    final PipeConfig pipe;
    final StoreNode store;
    final Map<String, ObjectMeta> metas = new HashMap<>();
    final Map<String, Long> seeds = new HashMap<>();

    BackendScene(Random random, int pages, String policy, long maxLeasedBytes) {
        this(random, Nodes.working(random), new PipeConfig(2, true, 512, 20, 2), pages, policy, maxLeasedBytes);
    }

    BackendScene(Random random, Nodes nodes, PipeConfig pipe, int pages, String policy, long maxLeasedBytes) {
        this(random, nodes, pipe, pages, policy, maxLeasedBytes, null);
    }

    BackendScene(
            Random random,
            Nodes nodes,
            PipeConfig pipe,
            int pages,
            String policy,
            long maxLeasedBytes,
            StoreNode.@Nullable Below below) {
        this.random = random;
        this.nodes = nodes;
        this.pipe = pipe;
        this.store = new StoreNode(nodes, nodes.start("store", pipe), PAGE, pages, policy, maxLeasedBytes, below);
    }

    Client client(String name) {
        return new Client(this, name).connect();
    }

    boolean isRight(GetLog log, String key) {
        return log.got(metas.get(key), seeds.get(key));
    }

    void close() {
        nodes.close();
        assertThat(store.nothingIsLeased()).isTrue();
    }

    static ObjectMeta page(String key) {
        return RandomMeta.bytes(key, PAGE);
    }

    static List<ObjectMeta> objects(Random random, String prefix, int count, int longest) {
        List<ObjectMeta> metas = new ArrayList<>();
        while (metas.size() < count) {
            ObjectMeta any = RandomMeta.any(random);
            String key = prefix + metas.size();
            ObjectMeta meta = any.lengthBytes() <= longest
                    ? new ObjectMeta(key, any.shape(), any.dtype(), any.format(), any.tokens())
                    : RandomMeta.bytes(key, 1 + random.nextInt(longest));
            metas.add(meta);
        }
        return metas;
    }

    static List<String> keys(List<ObjectMeta> metas) {
        return metas.stream().map(ObjectMeta::key).toList();
    }

    /** One that puts and gets. */
    static final class Client {
        final BackendScene scene;
        final TestNode node;
        RemoteBackend backend;
        Nodes.Connection connection;

        Client(BackendScene scene, String name) {
            this.scene = scene;
            this.node = scene.nodes.start(name, scene.pipe);
            this.backend = new RemoteBackend(node.counters());
        }

        Client connect() {
            Inbound inbound = Inbound.ring(node.ring(4 * PAGE), PAGE, backend.inboundSink());
            connection = scene.nodes.connect(
                    node,
                    node.plan(Optional.of(inbound), backend.handler(new SessionHandler() {})),
                    scene.store.node(),
                    scene.store.plan());
            return this;
        }

        SendSource source(ObjectMeta meta, long seed) {
            Span span = node.registered(meta.lengthBytes()).span();
            node.fill(span, seed);
            return scene.random.nextBoolean() ? new SendSource.Copied(span) : new SendSource.Registered(span);
        }

        void put(ObjectMeta meta, Outcomes outcomes) {
            long seed = scene.random.nextLong();
            SendSource source = source(meta, seed);
            scene.nodes.until("the queue has room", () -> backend.put(meta, source, outcomes));
            scene.metas.put(meta.key(), meta);
            scene.seeds.put(meta.key(), seed);
        }

        void putAll(List<ObjectMeta> metas) {
            Outcomes outcomes = new Outcomes();
            metas.forEach(meta -> put(meta, outcomes));
            scene.nodes.until("all are stored", () -> outcomes.settled() == metas.size());
            assertThat(outcomes.failures()).isEmpty();
        }

        List<GetLog> get(List<String> keys) {
            List<GetLog> logs = new ArrayList<>();
            keys.forEach(key -> logs.add(GetLog.anywhere(node, scene.random)));
            backend.get(keys, logs);
            return logs;
        }

        List<GetLog> getAndWait(List<String> keys) {
            List<GetLog> logs = get(keys);
            scene.nodes.until("all are told", () -> logs.stream().allMatch(GetLog::isTold));
            return logs;
        }

        List<Boolean> contains(List<String> keys) {
            return ask(keys, backend::contains);
        }

        List<Boolean> remove(List<String> keys) {
            return ask(keys, backend::remove);
        }

        List<Boolean> lease(List<String> keys, long leaseNanos) {
            return ask(keys, (asked, reply) -> backend.lease(asked, leaseNanos, reply));
        }

        void release(List<String> keys) {
            backend.release(keys);
        }

        private List<Boolean> ask(List<String> keys, BiConsumer<List<String>, BackendReplyListener> question) {
            Reply reply = new Reply();
            question.accept(keys, reply);
            scene.nodes.until("there is an answer", () -> reply.told > 0);
            assertThat(reply.failure).isNull();
            return reply.hits;
        }
    }

    static final class Reply implements BackendReplyListener {
        List<Boolean> hits = List.of();

        @Nullable
        KvTransferException failure;

        int told;

        @Override
        public void replied(List<Boolean> answer) {
            hits = answer;
            told++;
        }

        @Override
        public void failed(KvTransferException cause) {
            failure = cause;
            told++;
        }
    }
}
