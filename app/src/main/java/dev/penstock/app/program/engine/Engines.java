// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.RoleContext;
import dev.penstock.domain.engine.AwaitedChunks;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.ChunkStore;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.TokenChunker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engines of a run, and knows what they must do.
 *
 * @param context the role's
 * @param flags the program's own
 */
record Engines(RoleContext context, EngineFlags flags) {
    EngineSizes sizes() {
        return new EngineSizes(context.sizes(), flags);
    }

    private TokenChunker chunker() {
        return flags.hash().chunker(flags.salt().salt(), sizes().chunkTokens(), false);
    }

    /**
     * The engine of one worker, which the node steps from now on. On the loop's thread.
     *
     * @param awaited of the store, if it is this node's
     */
    CacheEngine of(int worker, ChunkStore store, @Nullable AwaitedChunks awaited) {
        CacheKeySpace space = new CacheKeySpace(
                flags.model(),
                worldSize(),
                worker,
                context.sizes().dtype(),
                flags.hash().algorithm());
        return new CacheEngine(
                space,
                chunker(),
                flags.chunkLayout(),
                store,
                awaited,
                context.node().ports().memory(),
                context.node().node());
    }

    /** How many workers the model has: each sender is one. */
    int worldSize() {
        return context.settings().senders();
    }

    Sequence sequence(int round) {
        return new Sequence(round, sizes().tokens());
    }

    /** The keys of a worker's round. */
    List<String> keys(int worker, int round) {
        return sequence(round)
                .keys(
                        flags.model(),
                        worldSize(),
                        worker,
                        context.sizes().dtype(),
                        flags.hash().algorithm(),
                        chunker(),
                        flags.layerwise() ? sizes().layers() : 0);
    }
}
