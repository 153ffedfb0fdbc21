// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.ports.memory.ChunkLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a person asked of the program, beside what all programs are asked.
 *
 * @param blocks blocks of a paged cache for one sequence; empty if they are the program's choice
 * @param blockTokens tokens of a block
 * @param model the model's name
 * @param hash how chunks are hashed
 * @param salt the tenant's salt, which the hashes begin with
 * @param layerwise whether each layer of a chunk is stored by itself
 * @param forwardPerLayer how long each layer takes of a forward pass that the two sides simulate; zero for none
 * @param awaiting whether the receiver begins to retrieve before the senders store
 * @param chunkLayout the axis order of the chunks where they are stored whole
 * @param eviction the name of the store's eviction policy
 * @param worker which worker of the model a sender is
 * @param tiers the tiers of the receiver's store; empty for a store that holds a round
 */
public record EngineFlags(
        OptionalInt blocks,
        int blockTokens,
        String model,
        HashConfig hash,
        TenantSalt salt,
        boolean layerwise,
        Duration forwardPerLayer,
        boolean awaiting,
        ChunkLayout chunkLayout,
        String eviction,
        int worker,
        Optional<TierSizes> tiers) {
    private static final String LAYERS_FIRST = "layers-first";
    private static final String PLANES_FIRST = "planes-first";

    /** Checks what can be checked without the others. */
    public EngineFlags {
        if (blockTokens < 1) {
            throw new IllegalArgumentException("--block-size is at least 1, not " + blockTokens);
        }
        if (blocks.isPresent() && blocks.getAsInt() < 1) {
            throw new IllegalArgumentException("--num-blocks is at least 1, not " + blocks.getAsInt());
        }
        if (worker < 0) {
            throw new IllegalArgumentException("--worker-id is at least 0, not " + worker);
        }
        if (forwardPerLayer.isNegative() || (!forwardPerLayer.isZero() && !layerwise)) {
            throw new IllegalArgumentException(
                    "--simulate-forward goes layer by layer, and so only together with --layerwise");
        }
        if (tiers.isPresent() && awaiting) {
            throw new IllegalArgumentException(
                    "--tiers and --await exclude each other: what is waited for is not kept");
        }
        EvictionPolicies.parse(eviction);
    }

    /** The layout of that name. */
    public static ChunkLayout parseLayout(String name) {
        return switch (name) {
            case LAYERS_FIRST -> ChunkLayout.LAYERS_FIRST;
            case PLANES_FIRST -> ChunkLayout.PLANES_FIRST;
            default ->
                throw new IllegalArgumentException(
                        "'" + name + "' is no chunk layout; there are " + LAYERS_FIRST + " and " + PLANES_FIRST);
        };
    }

    /** The name of the chunk layout. */
    String layoutName() {
        return switch (chunkLayout) {
            case LAYERS_FIRST -> LAYERS_FIRST;
            case PLANES_FIRST -> PLANES_FIRST;
        };
    }

    /** Whether a forward pass is simulated. */
    boolean forward() {
        return !forwardPerLayer.isZero();
    }

    EngineFlags withBlocks(int chosen) {
        return new EngineFlags(
                OptionalInt.of(chosen),
                blockTokens,
                model,
                hash,
                salt,
                layerwise,
                forwardPerLayer,
                awaiting,
                chunkLayout,
                eviction,
                worker,
                tiers);
    }
}
