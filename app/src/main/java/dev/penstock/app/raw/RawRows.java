// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;

/** The rows of a sequence in a paged cache, in the order in which its chunks have them, to be copied one by one or by a mover. */
public final class RawRows {
    private final PagedKvMover mover;
    private final PagedKv cache;
    private final PagedKvLayout layout;
    private final int[] slotMapping;
    private final int chunkTokens;
    private final int rowsPerView;
    /** For each layer and plane, views one behind the other; none where the host can't address the memory. */
    private final ByteBuffer[][] views;

    /**
     * Of a sequence.
     *
     * @param mover moves them where the host can't
     * @param slotMapping the place of each token, a whole number of chunks
     */
    public RawRows(Memory memory, PagedKvMover mover, PagedKv cache, int[] slotMapping, int chunkTokens) {
        this.mover = mover;
        this.cache = cache;
        this.layout = cache.layout();
        this.slotMapping = slotMapping.clone();
        this.chunkTokens = chunkTokens;
        this.rowsPerView = HostRegion.MAX_WINDOW_BYTES / layout.rowBytes();
        int viewsPerPlane = memory.kind().hostAddressable() ? (layout.tokenSlots() - 1) / rowsPerView + 1 : 0;
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

    PagedKvMover mover() {
        return mover;
    }

    /** Bytes of all rows of a chunk. */
    long chunkBytes() {
        return layout.chunkBytes(layout.layers(), chunkTokens);
    }

    long chunks() {
        return slotMapping.length / chunkTokens;
    }

    /** All rows of a chunk, and where they are densely. */
    PagedPiece chunk(long index, Span dense) {
        PagedChunk chunk = new PagedChunk(
                cache,
                0,
                layout.layers(),
                ChunkLayout.LAYERS_FIRST,
                slotMapping,
                (int) index * chunkTokens,
                chunkTokens);
        return chunk.piece(0, dense);
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
