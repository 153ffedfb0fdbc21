// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;

/** The rows of a sequence in a paged cache, in the order in which its chunks have them, to be copied one by one. */
public final class RawRows {
    private final PagedKvLayout layout;
    private final int[] slotMapping;
    private final int chunkTokens;
    private final int rowsPerView;
    /** For each layer and plane, views one behind the other. */
    private final ByteBuffer[][] views;

    /**
     * Of a sequence.
     *
     * @param slotMapping the place of each token, a whole number of chunks
     */
    public RawRows(Memory memory, PagedKv cache, int[] slotMapping, int chunkTokens) {
        this.layout = cache.layout();
        this.slotMapping = slotMapping.clone();
        this.chunkTokens = chunkTokens;
        this.rowsPerView = HostRegion.MAX_WINDOW_BYTES / layout.rowBytes();
        int viewsPerPlane = (layout.tokenSlots() - 1) / rowsPerView + 1;
        this.views = new ByteBuffer[layout.layers() * layout.planes()][viewsPerPlane];
        for (int pair = 0; pair < views.length; pair++) {
            Span plane = cache.layers()
                    .get(pair / layout.planes())
                    .slice(pair % layout.planes() * layout.planeBytes(), layout.planeBytes());
            for (int view = 0; view < viewsPerPlane; view++) {
                long from = (long) view * rowsPerView * layout.rowBytes();
                long bytes = Math.min(plane.lengthBytes() - from, (long) rowsPerView * layout.rowBytes());
                views[pair][view] = memory.hostView(plane.slice(from, bytes));
            }
        }
    }

    int rowBytes() {
        return layout.rowBytes();
    }

    long rows() {
        return (long) slotMapping.length * views.length;
    }

    void gather(long row, ByteBuffer dense, int at) {
        int slot = slot(row);
        dense.put(at, views[pair(row)][slot / rowsPerView], index(slot), layout.rowBytes());
    }

    void scatter(long row, ByteBuffer dense, int at) {
        int slot = slot(row);
        views[pair(row)][slot / rowsPerView].put(index(slot), dense, at, layout.rowBytes());
    }

    private int pair(long row) {
        return (int) (row / chunkTokens % views.length);
    }

    private int slot(long row) {
        long chunk = row / chunkTokens / views.length;
        return slotMapping[(int) (chunk * chunkTokens + row % chunkTokens)];
    }

    private int index(int slot) {
        return slot % rowsPerView * layout.rowBytes();
    }
}
