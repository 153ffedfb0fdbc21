// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.app.run.Sizes;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.memory.ChunkLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EngineSizesTest {
    private static final KvShape SHAPE = KvShape.of(4, 2, 256, 64);

    static EngineFlags flags(OptionalInt blocks, boolean layerwise) {
        return flags(blocks, layerwise, false);
    }

    private static EngineFlags flags(OptionalInt blocks, boolean layerwise, boolean awaiting) {
        return new EngineFlags(
                blocks,
                16,
                "m",
                HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE),
                TenantSalt.NONE,
                layerwise,
                Duration.ZERO,
                awaiting,
                ChunkLayout.LAYERS_FIRST,
                "lru",
                0,
                Optional.empty());
    }

    private static EngineSizes sizes(KvShape shape, int chunks, long slotBytes, OptionalInt blocks, boolean layerwise) {
        return new EngineSizes(
                new Sizes(shape, DType.BFLOAT16, chunks, 4 * slotBytes, slotBytes, 1), flags(blocks, layerwise));
    }

    @Test
    void shouldNotAskForRoomToKeepWhatIsWaitedFor() {
        Sizes run = new Sizes(SHAPE, DType.BFLOAT16, 1_000, 4 << 20, 1 << 20, 1);
        long keeping = new EngineSizes(run, flags(OptionalInt.empty(), false)).storeBytes(2);
        long awaiting = new EngineSizes(run, flags(OptionalInt.empty(), false, true)).storeBytes(2);

        assertThat(keeping).isGreaterThan(2 * run.roundBytes());
        assertThat(awaiting).isBetween(2L * run.windowSlots() * run.slotBytes(), 16L << 20);
    }

    @Test
    void shouldRefuseAForwardPassWithoutLayers() {
        EngineFlags whole = flags(OptionalInt.empty(), false);

        assertThatThrownBy(() -> new EngineFlags(
                        whole.blocks(),
                        16,
                        "m",
                        whole.hash(),
                        TenantSalt.NONE,
                        false,
                        Duration.ofMillis(2),
                        false,
                        ChunkLayout.LAYERS_FIRST,
                        "lru",
                        0,
                        Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--simulate-forward")
                .hasMessageContaining("--layerwise");
    }

    @Test
    void shouldRefuseTooFewBlocks() {
        EngineSizes sizes = sizes(SHAPE, 6, 1 << 20, OptionalInt.of(95), false);

        assertThatThrownBy(sizes::blocks)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--num-blocks 95")
                .hasMessageContaining("1520 slots")
                .hasMessageContaining("need 1536: 96 blocks");
        assertThat(sizes(SHAPE, 6, 1 << 20, OptionalInt.of(96), false).blocks()).isEqualTo(96);
    }

    @Test
    void shouldLeaveSomeSlotsUntouchedByItself() {
        EngineSizes sizes = sizes(SHAPE, 6, 1 << 20, OptionalInt.empty(), false);

        assertThat(sizes.blocks()).isGreaterThan(96);
        assertThat(sizes.blocksWithin(0)).isEqualTo(sizes.blocks());
        assertThat(sizes.blocksWithin(Long.MAX_VALUE)).isEqualTo(EngineSizes.REFERENCE_BLOCKS);
        assertThat(sizes.blocksWithin(1000L * 16 * 8 * 128)).isEqualTo(1000);
    }

    @Test
    void shouldRefuseWhatIsNoChunk() {
        assertThatThrownBy(() -> sizes(KvShape.of(4, 3, 256, 64), 6, 1 << 20, OptionalInt.empty(), false))
                .hasMessageContaining("[layers][2][tokens][hidden]");
        assertThatThrownBy(() -> sizes(KvShape.of(256, 64), 6, 1 << 20, OptionalInt.empty(), false))
                .hasMessageContaining("[layers][2][tokens][hidden]");
    }

    @Test
    void shouldRefuseRowsThatDoNotFitIntoSlots() {
        EngineSizes sizes = sizes(KvShape.of(4, 2, 256, 4096), 1, 4096, OptionalInt.empty(), false);

        assertThatThrownBy(() -> sizes.storeBytes(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--slot-size");
    }

    @Test
    void shouldRefuseCachesBeyondAnyMemory() {
        EngineSizes sizes = sizes(SHAPE, 1, 1 << 20, OptionalInt.of(Integer.MAX_VALUE), false);

        assertThatThrownBy(() -> sizes.cacheBytes(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGiveTheStoreAPageForEachChunkThatFillsMoreThanHalfOfIt() {
        // A chunk has 256 KiB, a slot 384.
        EngineSizes sizes = sizes(SHAPE, 6, 384 << 10, OptionalInt.empty(), false);

        assertThat(sizes.storeBytes(1)).isEqualTo((6 + 2 + 1) * (384L << 10));
        assertThat(sizes.storeBytes(2)).isEqualTo(2 * sizes.storeBytes(1));
    }

    @Test
    void shouldCountLayersThatAreStoredByThemselves() {
        // A layer of a chunk has 64 KiB: a slot holds one.
        EngineSizes sizes = sizes(SHAPE, 6, 96 << 10, OptionalInt.empty(), true);

        assertThat(sizes.storeBytes(1)).isEqualTo((24 + 2 + 1) * (96L << 10));
    }
}
