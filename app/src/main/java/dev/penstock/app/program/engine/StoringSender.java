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
            return engines.of(flags.worker(), new RemoteChunkStore(backend));
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
        long started = System.nanoTime();
        context.node().call("store a sequence", () -> begin(tokens, slots, outcome));
        long ended = context.patience()
                .await(
                        outcome.done(),
                        () -> context.progress(
                                round, sentBytes() - sentBefore, context.sizes().roundBytes()));
        return Map.of(Figure.SENDER, ended - started, Figure.DELIVERED, ended - started);
    }

    private boolean begin(int[] tokens, int[] slots, StoreOutcome outcome) {
        CacheEngine storing = Objects.requireNonNull(engine);
        if (!flags.layerwise()) {
            storing.store(tokens, 0, cache().kv(), slots, outcome);
            return true;
        }
        LayerwiseStore layers = storing.storeLayers(tokens, 0, cache().kv(), slots, outcome);
        for (int layer = 0; layer < sizes.layers(); layer++) {
            layers.layerReady(layer);
        }
        return true;
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
