// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.console.SilentOutput;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.NodeSettings;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.node.RunningNode;
import dev.penstock.app.program.Patience;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.run.Device;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagedCacheTest {
    private static final PagedKvLayout LAYOUT = new PagedKvLayout(2, 2, 5, 4, 64);
    private static final int TOKENS = 8;

    @TempDir
    Path directory;

    private RunningNode node;
    private PagedCache cache;

    @BeforeEach
    void open() {
        NodeId id = new NodeId("node");
        long second = Duration.ofSeconds(1).toNanos();
        SessionConfig session =
                new SessionConfig(second, second, second, 10 * second, second, 0, new PipeConfig(1, true, 1, 1, 1));
        node = RunningNode.start(
                new LoopbackTransportProvider(directory),
                new NodeSettings(id, session, Device.CPU, Optional.empty()),
                IdleStrategy.PARK);
        RunSettings settings = new RunSettings(
                new Sizes(KvShape.of(2, 2, 4, 32), DType.BFLOAT16, 2, 1 << 20, 1 << 20, 1),
                1,
                1,
                2,
                true,
                false,
                Duration.ofSeconds(1),
                new ControlAddress("localhost", 0),
                IdleStrategy.PARK,
                Device.CPU,
                0,
                Optional.empty());
        Interruption interruption = Interruption.none();
        RoleContext context = new RoleContext(
                id,
                node,
                settings,
                new SilentOutput(),
                interruption,
                new Patience(node.loop(), interruption, settings.longestWait()));
        cache = PagedCache.allocate(context, LAYOUT, TOKENS, 7);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void damage(int layer, int plane, int slot) {
        Span byteInRow = cache.kv()
                .layers()
                .get(layer)
                .slice(plane * LAYOUT.planeBytes() + (long) slot * LAYOUT.rowBytes() + 9, 1);
        var view = node.ports().memory().hostView(byteInRow);
        view.put(0, (byte) ~view.get(0));
    }

    @Test
    void shouldGiveSequencesSlotsOfTheirOwnInAShuffledOrder() {
        int[] both = IntStream.concat(IntStream.of(cache.slotMapping(0)), IntStream.of(cache.slotMapping(1)))
                .toArray();

        assertThat(both).hasSize(2 * TOKENS).doesNotHaveDuplicates();
        assertThat(IntStream.of(both)).allMatch(slot -> slot >= 0 && slot < LAYOUT.tokenSlots());
        assertThat(cache.slotMapping(0)).isNotEqualTo(IntStream.range(0, TOKENS).toArray());
    }

    @Test
    void shouldFindWhatItFilled() {
        cache.fill(1, 3, 4);

        assertThat(cache.deviation(1, 3, 4)).isEmpty();
        assertThat(cache.deviation(1, 3, 5).orElseThrow()).contains("token 0 of round 5 of worker 3");
        assertThat(cache.deviation(1, 2, 4)).isPresent();
        assertThat(cache.deviation(0, 3, 4)).isPresent();
    }

    @Test
    void shouldNoticeAWrongByteInTheLastPlane() {
        cache.fill(0, 0, 0);
        int slot = cache.slotMapping(0)[5];

        damage(1, 1, slot);

        assertThat(cache.deviation(0, 0, 0).orElseThrow())
                .contains("token 5", "slot " + slot, "layer 1, plane 1", "from byte 9");
    }

    @Test
    void shouldNoticeEveryByteThatIsWrittenWhereNoTokenBelongs() {
        cache.poison(1);
        cache.fill(0, 0, 0);
        var used = IntStream.of(cache.slotMapping(0)).boxed().toList();
        for (int slot = 0; slot < LAYOUT.tokenSlots(); slot++) {
            assertThat(cache.trespass(1)).isEmpty();
            damage(1, 0, slot);
            if (used.contains(slot)) {
                assertThat(cache.trespass(1)).isEmpty();
            } else {
                assertThat(cache.trespass(1).orElseThrow())
                        .contains("slot " + slot + ",", "layer 1, plane 0", "byte 9");
                damage(1, 0, slot);
            }
        }
    }

    @Test
    void shouldNoticeAWriteWhereNoTokenBelongs() {
        cache.poison(2);
        cache.fill(0, 0, 0);
        cache.fill(1, 1, 0);
        assertThat(cache.trespass(2)).isEmpty();
        int[] used = IntStream.concat(IntStream.of(cache.slotMapping(0)), IntStream.of(cache.slotMapping(1)))
                .toArray();
        int unused = IntStream.range(0, LAYOUT.tokenSlots())
                .filter(slot -> IntStream.of(used).noneMatch(other -> other == slot))
                .findFirst()
                .orElseThrow();

        damage(0, 1, unused);

        assertThat(cache.trespass(2).orElseThrow()).contains("slot " + unused, "layer 0, plane 1", "byte 9");
    }
}
