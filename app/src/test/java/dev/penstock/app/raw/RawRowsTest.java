// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.adapter.host.HostPattern;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RawRowsTest {
    private static final PagedKvLayout LAYOUT = new PagedKvLayout(2, 2, 4, 2, 8);

    private final HostMemory memory = new HostMemory(new DirectRegions());
    private final Span cache = memory.allocate(2 * LAYOUT.layerBytes()).span();
    private final PagedKv kv = new PagedKv(
            LAYOUT,
            List.of(cache.slice(0, LAYOUT.layerBytes()), cache.slice(LAYOUT.layerBytes(), LAYOUT.layerBytes())));
    /** Two chunks of two tokens. */
    private final RawRows rows = new RawRows(memory, new HostPagedKvMover(memory), kv, new int[] {7, 1, 4, 2}, 2);

    @AfterEach
    void free() {
        memory.close();
    }

    private static long place(int layer, int plane, int slot) {
        return layer * LAYOUT.layerBytes() + plane * LAYOUT.planeBytes() + slot * 8L;
    }

    @Test
    void shouldTakeRowsInTheOrderOfChunkLayerPlaneAndToken() {
        ByteBuffer all = memory.hostView(cache);
        for (int at = 0; at < all.capacity(); at += 8) {
            all.putLong(at, at);
        }
        ByteBuffer dense = ByteBuffer.allocate(16 * 8).order(all.order());

        for (int row = 0; row < rows.rows(); row++) {
            rows.gather(row, dense, row * 8);
        }

        assertThat(rows.rows()).isEqualTo(16);
        assertThat(dense.getLong(0)).isEqualTo(place(0, 0, 7));
        assertThat(dense.getLong(8)).isEqualTo(place(0, 0, 1));
        assertThat(dense.getLong(2 * 8)).isEqualTo(place(0, 1, 7));
        assertThat(dense.getLong(5 * 8)).isEqualTo(place(1, 0, 1));
        assertThat(dense.getLong(8 * 8)).isEqualTo(place(0, 0, 4));
        assertThat(dense.getLong(15 * 8)).isEqualTo(place(1, 1, 2));
    }

    @Test
    void shouldScatterIntoTheSlotsOfTheMappingAlone() {
        Span slots = memory.allocate(1 << 20).span();
        memory.hostView(cache).put(new byte[(int) cache.lengthBytes()]);
        ByteBuffer ones = memory.hostView(slots);
        while (ones.hasRemaining()) {
            ones.put((byte) 1);
        }
        RawCopy copy = new RawCopy(memory, new HostPattern(memory), slots, rows);

        assertThat(copy.measure(RawWork.SCATTER, RawCopy.Direction.OUT, TimeUnit.MILLISECONDS.toNanos(5)))
                .isPositive();

        ByteBuffer all = memory.hostView(cache);
        for (int layer = 0; layer < 2; layer++) {
            for (int plane = 0; plane < 2; plane++) {
                for (int slot = 0; slot < 8; slot++) {
                    boolean mapped = slot == 7 || slot == 1 || slot == 4 || slot == 2;
                    assertThat(all.get((int) place(layer, plane, slot))).isEqualTo((byte) (mapped ? 1 : 0));
                }
            }
        }
    }
}
