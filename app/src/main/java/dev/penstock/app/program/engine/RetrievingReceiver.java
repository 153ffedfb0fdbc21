// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.raw.RawRows;
import dev.penstock.app.report.Figure;
import dev.penstock.app.report.TierResult;
import dev.penstock.domain.backend.StoreSink;
import dev.penstock.domain.engine.AwaitedChunks;
import dev.penstock.domain.engine.AwaitedRetrieve;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.LocalChunkStore;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.tier.StoreTier;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the chunks of all workers in one store, finds them by their tokens, and brings them into a paged cache of its own, in
 * which each worker's sequence has slots of its own. Or waits for them, and keeps none.
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
    private final FirstArrival firstArrival = new FirstArrival();
    private @Nullable PagedCache cache;
    private @Nullable PagePool pool;
    private @Nullable ObjectStore store;
    private @Nullable TieredStore tiered;
    private @Nullable ReceiverTiers lower;
    private @Nullable AwaitedChunks waitedFor;
    private @Nullable Retrieval awaited;
    private @Nullable Span pages;
    private long deliveredBefore;
    /** Of the rounds without a forward pass. */
    private long fastestAlone = Long.MAX_VALUE;

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
        if (lower != null) {
            lower.clear();
        }
        cache().poison(workers);
    }

    private void openStore() {
        var ports = context.node().ports();
        Ring ring = Ring.allocate(ports.memory(), ports.transport(), sizes.storeBytes(workers));
        PagePool empty = new PagePool(ring.region(), context.sizes().slotBytes());
        ObjectStore kept = new ObjectStore(empty, EvictionPolicies.parse(flags.eviction()), ports.telemetry());
        StoreTier upper = new StoreTier(kept, empty);
        LocalChunkStore chunks;
        if (flags.tiers().isPresent()) {
            ReceiverTiers opened =
                    ReceiverTiers.open(context, flags, flags.tiers().get(), upper);
            chunks = new LocalChunkStore(opened.store(), ports.mover(), ports.telemetry(), true);
            lower = opened;
            tiered = opened.store();
        } else {
            tiered = new TieredStore(upper, System::nanoTime, ports.telemetry());
            chunks = new LocalChunkStore(
                    tiered, ports.mover(), ports.telemetry(), context.settings().digest());
        }
        AwaitedChunks waits = new AwaitedChunks(System::nanoTime);
        for (int worker = 0; worker < workers; worker++) {
            byWorker.add(engines.of(worker, chunks, waits));
        }
        pages = ring.region().span();
        pool = empty;
        store = kept;
        waitedFor = waits;
    }

    @Override
    public Inbound inbound(NodeId sender) {
        ObjectStore kept = store();
        StoreSink sink = new StoreSink(kept, Objects.requireNonNull(waitedFor));
        return Inbound.store(Objects.requireNonNull(pool), tiered()::takePage, firstArrival.before(sink));
    }

    @Override
    public void prepare(int round) {
        if (!flags.awaiting()) {
            return;
        }
        firstArrival.reset();
        Retrieval retrieval = retrieval(round);
        long patienceNanos = context.settings()
                .timeout()
                .plus(context.settings().longestWait())
                .toNanos();
        List<AwaitedRetrieve> begun = new ArrayList<>();
        context.node().call("wait for the sequences", () -> {
            begun.addAll(retrieval.await(patienceNanos));
            return true;
        });
        // What arrives before would be kept, and there is no room for that.
        context.patience()
                .until(
                        () -> context.node()
                                .call(
                                        "look what is waited for",
                                        () -> begun.stream().allMatch(AwaitedRetrieve::isRegistered)),
                        () -> {});
        awaited = retrieval;
    }

    @Override
    public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
        Map<Figure, Long> times = new EnumMap<>(Figure.class);
        if (flags.awaiting()) {
            Retrieval retrieval = Objects.requireNonNull(awaited);
            forward(round, retrieval, times);
            if (!retrieval.arrives(context.patience(), sendersDone)) {
                throw wrong("in round " + round + " chunks are still waited for, and the senders believe that all were"
                        + " stored" + hintOfWorkers());
            }
            return timed(times, Figure.RECEIVER, retrieval.ended(context.patience()) - firstArrival.nanos());
        }
        awaitChunks(round, engines.sequence(round).tokens(), sendersDone);
        Retrieval retrieval = retrieval(round);
        long started = System.nanoTime();
        context.node().call("retrieve the sequences", () -> {
            retrieval.begin();
            return true;
        });
        forward(round, retrieval, times);
        return timed(times, Figure.RETRIEVED, retrieval.ended(context.patience()) - started);
    }

    private Map<Figure, Long> timed(Map<Figure, Long> times, Figure figure, long nanos) {
        times.put(figure, nanos);
        if (times.containsKey(Figure.FORWARD)) {
            times.put(Figure.ALONE, fastestAlone);
        } else {
            fastestAlone = Math.min(fastestAlone, nanos);
        }
        return times;
    }

    private Retrieval retrieval(int round) {
        return new Retrieval(byWorker, cache(), engines.sequence(round).tokens(), sizes.layers(), flags.layerwise());
    }

    /** The decoder's forward pass, which takes each layer as soon as it is there. */
    private void forward(int round, Retrieval retrieval, Map<Figure, Long> times) {
        if (flags.forward() && round >= context.settings().warmUps()) {
            SimulatedForward pass = new SimulatedForward(context, flags.forwardPerLayer(), sizes.layers());
            if (flags.awaiting()) {
                // Until then it is the sender's pass that is waited for.
                retrieval.layers().await(0, context.patience());
            }
            long started = System.nanoTime();
            times.put(Figure.EXPOSED, pass.consume(retrieval.layers()));
            times.put(Figure.FORWARD, System.nanoTime() - started);
        }
    }

    private String hintOfWorkers() {
        return workers > 1 ? "; each sender must have a --worker-id of its own, from 0 to " + (workers - 1) : "";
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
                    + hintOfWorkers());
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
        if (lower == null || !lower.keeps(round)) {
            context.node().call("remove the chunks", () -> tiered().clear());
        }
        return (long) workers * context.sizes().objects();
    }

    /** In the store is what must be there, under the right keys, and each came once. */
    private void checkKeys(int round) {
        Set<String> expected = new HashSet<>();
        for (int worker = 0; worker < workers; worker++) {
            expected.addAll(engines.keys(worker, round));
        }
        int arrived = expected.size();
        if (flags.awaiting()) {
            // They are in the paged cache, and nowhere else.
            expected.clear();
        }
        Set<String> found = context.node().call("look at the keys", tiered()::keys);
        if (!found.equals(expected)) {
            Set<String> unknown = new HashSet<>(found);
            unknown.removeAll(expected);
            Set<String> absent = new HashSet<>(expected);
            absent.removeAll(found);
            throw wrong("in round " + round + " the store lacks " + absent.size() + " keys" + example(absent)
                    + " and has " + unknown.size() + " that nobody should have stored" + example(unknown));
        }
        long delivered = context.node().counters().snapshot().getOrDefault(Metric.OBJECTS_DELIVERED, 0L);
        if (delivered - deliveredBefore != arrived) {
            throw wrong("in round " + round + " " + (delivered - deliveredBefore) + " chunks arrived instead of "
                    + arrived);
        }
        deliveredBefore = delivered;
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

    private TieredStore tiered() {
        return Objects.requireNonNull(tiered);
    }

    @Override
    public Optional<TierResult> tiers() {
        return Optional.ofNullable(lower).map(ReceiverTiers::end);
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
