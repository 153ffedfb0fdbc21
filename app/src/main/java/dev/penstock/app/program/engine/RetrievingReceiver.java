// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.raw.RawRows;
import dev.penstock.app.report.Figure;
import dev.penstock.domain.backend.StoreSink;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.LocalChunkStore;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the chunks of all workers in one store, finds them by their tokens, and brings them into a paged cache of its own, in
 * which each worker's sequence has slots of its own.
 */
final class RetrievingReceiver implements ReceiverPart {
    /** Not the senders'. */
    private static final long SHUFFLE_SEED = 2_000_000;

    private final RoleContext context;
    private final EngineFlags flags;
    private final Engines engines;
    private final EngineSizes sizes;
    private final int workers;
    private final List<CacheEngine> byWorker = new ArrayList<>();
    private @Nullable PagedCache cache;
    private @Nullable PagePool pool;
    private @Nullable ObjectStore store;
    private @Nullable Span pages;
    private long deliveredBefore;

    RetrievingReceiver(RoleContext context, EngineFlags flags) {
        this.context = context;
        this.flags = flags;
        this.engines = new Engines(context, flags);
        this.sizes = engines.sizes();
        this.workers = engines.worldSize();
    }

    @Override
    public void allocate() {
        cache = PagedCache.allocate(context, sizes.layout(workers), sizes.tokens(), SHUFFLE_SEED);
        context.node().call("allocate the store", () -> {
            openStore();
            return true;
        });
        cache().poison();
    }

    private void openStore() {
        var ports = context.node().ports();
        Ring ring = Ring.allocate(ports.memory(), ports.transport(), sizes.storeBytes(workers));
        PagePool empty = new PagePool(ring.region(), context.sizes().slotBytes());
        ObjectStore kept = new ObjectStore(empty, EvictionPolicies.parse(flags.eviction()), ports.telemetry());
        LocalChunkStore chunks = new LocalChunkStore(
                kept,
                empty,
                ports.mover(),
                System::nanoTime,
                ports.telemetry(),
                context.settings().digest());
        for (int worker = 0; worker < workers; worker++) {
            byWorker.add(engines.of(worker, chunks));
        }
        pages = ring.region().span();
        pool = empty;
        store = kept;
    }

    @Override
    public Inbound inbound(NodeId sender) {
        ObjectStore kept = store();
        return Inbound.store(Objects.requireNonNull(pool), kept::takePage, new StoreSink(kept));
    }

    @Override
    public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
        int[] tokens = engines.sequence(round).tokens();
        awaitChunks(round, tokens, sendersDone);
        List<int[]> slots =
                IntStream.range(0, workers).mapToObj(cache()::slotMapping).toList();
        List<RetrieveOutcome> outcomes = IntStream.range(0, workers)
                .mapToObj(worker -> new RetrieveOutcome(tokens.length))
                .toList();
        long started = System.nanoTime();
        context.node().call("retrieve the sequences", () -> {
            for (int worker = 0; worker < workers; worker++) {
                retrieve(byWorker.get(worker), tokens, slots.get(worker), outcomes.get(worker));
            }
            return true;
        });
        long ended = started;
        for (RetrieveOutcome outcome : outcomes) {
            ended = Math.max(ended, context.patience().await(outcome.done(), () -> {}));
        }
        return Map.of(Figure.RETRIEVED, ended - started);
    }

    private void retrieve(CacheEngine engine, int[] tokens, int[] slots, RetrieveOutcome outcome) {
        if (flags.layerwise()) {
            engine.retrieveLayers(tokens, 0, cache().kv(), slots, (layer, retrieved) -> {}, outcome);
        } else {
            engine.retrieve(tokens, 0, cache().kv(), slots, outcome);
        }
    }

    private void awaitChunks(int round, int[] tokens, BooleanSupplier sendersDone) {
        ChunkPoll poll = new ChunkPoll(
                context.node().loop(), byWorker, tokens, flags.layerwise() ? sizes.layers() : 0, sendersDone);
        long expected = (long) workers * tokens.length;
        long tokenBytes = context.sizes().objectBytes() / sizes.chunkTokens();
        context.patience()
                .until(
                        poll::over,
                        () -> context.progress(round, poll.foundTokens() * tokenBytes, expected * tokenBytes));
        context.progress(round, poll.foundTokens() * tokenBytes, expected * tokenBytes);
        if (poll.foundTokens() != expected) {
            throw wrong(poll.foundTokens() + " of " + expected + " tokens of round " + round
                    + " are found, from the first on without a gap, and the senders believe that all were stored"
                    + (workers > 1
                            ? "; each sender must have a --worker-id of its own, from 0 to " + (workers - 1)
                            : ""));
        }
    }

    @Override
    public long verify(int round) {
        checkKeys(round);
        for (int worker = 0; worker < workers; worker++) {
            cache().deviation(worker, worker, round).ifPresent(what -> {
                throw wrong(what);
            });
        }
        cache().trespass(workers).ifPresent(what -> {
            throw wrong(what);
        });
        int removed = context.node().call("remove the chunks", () -> store().clear());
        return (long) removed / (flags.layerwise() ? sizes.layers() : 1);
    }

    /** In the store is what must be there, under the right keys, and each came once. */
    private void checkKeys(int round) {
        Set<String> expected = new HashSet<>();
        for (int worker = 0; worker < workers; worker++) {
            expected.addAll(engines.keys(worker, round));
        }
        Set<String> found = context.node().call("look at the keys", this::keysInStore);
        if (!found.equals(expected)) {
            Set<String> unknown = new HashSet<>(found);
            unknown.removeAll(expected);
            Set<String> absent = new HashSet<>(expected);
            absent.removeAll(found);
            throw wrong("in round " + round + " the store lacks " + absent.size() + " keys" + example(absent)
                    + " and has " + unknown.size() + " that nobody should have stored" + example(unknown));
        }
        long delivered = context.node().counters().snapshot().getOrDefault(Metric.OBJECTS_DELIVERED, 0L);
        if (delivered - deliveredBefore != expected.size()) {
            throw wrong("in round " + round + " " + (delivered - deliveredBefore) + " chunks arrived instead of "
                    + expected.size());
        }
        deliveredBefore = delivered;
    }

    private Set<String> keysInStore() {
        Set<String> keys = new HashSet<>();
        for (StoredObject object : store().objects()) {
            keys.add(object.key());
        }
        return keys;
    }

    private static String example(Set<String> keys) {
        return keys.isEmpty() ? "" : " such as " + keys.iterator().next();
    }

    private static RunFailure wrong(String what) {
        return new RunFailure(ExitCode.VERIFICATION_FAILED, what);
    }

    private ObjectStore store() {
        return Objects.requireNonNull(store);
    }

    private PagedCache cache() {
        return Objects.requireNonNull(cache);
    }

    @Override
    public RawCopy rawCopy() {
        RawRows rows = new RawRows(
                context.node().ports().memory(),
                context.node().ports().mover(),
                cache().kv(),
                cache().slotMapping(0),
                sizes.chunkTokens());
        Span slots = Objects.requireNonNull(pages).slice(0, sizes.scratchBytes());
        return new RawCopy(context.node().ports().memory(), context.node().pattern(), slots, rows);
    }
}
