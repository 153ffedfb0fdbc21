// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.raw.RawRows;
import dev.penstock.app.report.Figure;
import dev.penstock.domain.backend.RemoteBackend;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.LayerwiseStore;
import dev.penstock.domain.engine.RemoteChunkStore;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.Span;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stores a sequence from its paged cache at the receiver, round after round. */
final class StoringSender implements SenderPart {
    /** Not the receiver's, so that no row is in the same place on both sides but by chance. */
    private static final long SHUFFLE_SEED = 1_000;

    private final RoleContext context;
    private final EngineFlags flags;
    private final Engines engines;
    private final EngineSizes sizes;
    private @Nullable PagedCache cache;
    private @Nullable Span scratch;
    private @Nullable CacheEngine engine;
    /** Of the rounds without a forward pass. */
    private long fastestAlone = Long.MAX_VALUE;

    StoringSender(RoleContext context, EngineFlags flags) {
        this.context = context;
        this.flags = flags;
        this.engines = new Engines(context, flags);
        this.sizes = engines.sizes();
    }

    @Override
    public void allocate() {
        cache = PagedCache.allocate(context, sizes.layout(1), sizes.tokens(), SHUFFLE_SEED + flags.worker());
        scratch =
                context.allocate("room for plain gathers", sizes.scratchBytes()).span();
    }

    @Override
    public void opened(Session session) {
        engine = context.node().call("make a cache engine", () -> {
            RemoteBackend backend = new RemoteBackend(context.node().ports().telemetry());
            backend.handler(new SessionHandler() {}).opened(session);
            return engines.of(flags.worker(), new RemoteChunkStore(backend), null);
        });
    }

    @Override
    public void prepare(int round) {
        cache().fill(0, flags.worker(), round);
    }

    @Override
    public Map<Figure, Long> run(int round) {
        int[] tokens = engines.sequence(round).tokens();
        int[] slots = cache().slotMapping(0);
        StoreOutcome outcome = new StoreOutcome(tokens.length);
        long sentBefore = sentBytes();
        boolean forward = flags.forward() && round >= context.settings().warmUps();
        long started = System.nanoTime();
        long computed = flags.layerwise() ? storeLayers(tokens, slots, outcome, forward) : started;
        if (!flags.layerwise()) {
            // Not waited for: to wake this thread takes the loop longer than to hash a chunk, before the first one is
            // gathered.
            context.node()
                    .loop()
                    .submit(() -> {
                        Objects.requireNonNull(engine).store(tokens, 0, cache().kv(), slots, outcome);
                        return true;
                    })
                    .whenComplete((begun, thrown) -> outcome.begun(thrown));
        }
        long ended = context.patience()
                .await(
                        outcome.done(),
                        () -> context.progress(
                                round, sentBytes() - sentBefore, context.sizes().roundBytes()));
        Map<Figure, Long> times = new EnumMap<>(Figure.class);
        times.put(Figure.SENDER, ended - started);
        times.put(Figure.DELIVERED, ended - started);
        if (forward) {
            times.put(Figure.FORWARD, computed - started);
            times.put(Figure.EXPOSED, Math.max(0, ended - computed));
            times.put(Figure.ALONE, fastestAlone);
        } else {
            fastestAlone = Math.min(fastestAlone, ended - started);
        }
        return times;
    }

    /** Stores layer after layer as they are computed. Returns when the last one was. */
    private long storeLayers(int[] tokens, int[] slots, StoreOutcome outcome, boolean forward) {
        LayerwiseStore layers = context.node()
                .call(
                        "store a sequence",
                        () -> Objects.requireNonNull(engine).storeLayers(tokens, 0, cache().kv(), slots, outcome));
        Duration perLayer = forward ? flags.forwardPerLayer() : Duration.ZERO;
        return new SimulatedForward(context, perLayer, sizes.layers())
                .compute(layer -> context.node().loop().execute(() -> layers.layerReady(layer)));
    }

    private long sentBytes() {
        return context.node().counters().snapshot().getOrDefault(Metric.BYTES_SENT, 0L);
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
        return new RawCopy(
                context.node().ports().memory(), context.node().pattern(), Objects.requireNonNull(scratch), rows);
    }
}
