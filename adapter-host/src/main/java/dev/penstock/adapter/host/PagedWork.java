// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.Digest;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of one gather or scatter. */
final class PagedWork implements Work {
    private static final long[] NONE = {};

    private final HostMemory memory;
    private final ArrayDeque<PagedWork> pool;
    private List<PagedPiece> pieces = List.of();
    private long[] digests = NONE;
    private boolean gather;
    private @Nullable Completion completion;
    private int index;
    private int rowsDone;
    private long bytesDigested;
    private long digest;

    private PagedWork(HostMemory memory, ArrayDeque<PagedWork> pool) {
        this.memory = memory;
        this.pool = pool;
    }

    static PagedWork of(
            HostMemory memory,
            ArrayDeque<PagedWork> pool,
            boolean gather,
            List<PagedPiece> pieces,
            long[] digests,
            Completion completion) {
        PagedWork work = pool.isEmpty() ? new PagedWork(memory, pool) : pool.pop();
        work.gather = gather;
        work.pieces = pieces;
        work.digests = digests;
        work.completion = completion;
        work.index = 0;
        work.startPiece();
        return work;
    }

    private void startPiece() {
        rowsDone = 0;
        bytesDigested = 0;
        digest = 0;
    }

    @Override
    public boolean ended() {
        return index == pieces.size();
    }

    @Override
    public int advance() {
        PagedPiece piece = pieces.get(index);
        int rowBytes = piece.cache().layout().rowBytes();
        int rows = Math.min(piece.rows() - rowsDone, Math.max(1, TILE_BYTES / rowBytes));
        if (rows > 0) {
            moveRows(piece, rows);
            rowsDone += rows;
        }
        if (digests.length > 0) {
            digestRows(piece, (long) rowsDone * rowBytes);
        }
        if (rowsDone == piece.rows()) {
            if (digests.length > 0) {
                digests[index] = digest;
            }
            index++;
            startPiece();
        }
        return rows * rowBytes;
    }

    /** Moves the next rows, one run of rows of the same layer and plane after the other. */
    private void moveRows(PagedPiece piece, int rows) {
        PagedKvLayout layout = piece.cache().layout();
        int rowBytes = layout.rowBytes();
        Windows dense = memory.windows(piece.dense().region());
        long denseOffset = piece.dense().offsetBytes() + (long) rowsDone * rowBytes;
        int row = piece.firstRow() + rowsDone;
        for (int left = rows; left > 0; ) {
            int pair = row / piece.tokens();
            int token = row % piece.tokens();
            int run = Math.min(left, piece.tokens() - token);
            boolean layersFirst = piece.layout() == ChunkLayout.LAYERS_FIRST;
            int layer = layersFirst ? pair / layout.planes() : pair % piece.layerCount();
            int plane = layersFirst ? pair % layout.planes() : pair / piece.layerCount();
            Span span = piece.cache().layers().get(piece.firstLayer() + layer);
            Windows paged = memory.windows(span.region());
            long planeOffset = span.offsetBytes() + plane * layout.planeBytes();
            for (int t = 0; t < run; ) {
                int slot = piece.slotMapping()[piece.firstToken() + token + t];
                int count = neighbours(piece.slotMapping(), piece.firstToken() + token + t, run - t);
                long at = denseOffset + (long) t * rowBytes;
                long pagedAt = planeOffset + (long) slot * rowBytes;
                moveRun(dense, at, paged, slot < 0 ? -1 : pagedAt, count * rowBytes);
                t += count;
            }
            row += run;
            left -= run;
            denseOffset += (long) run * rowBytes;
        }
    }

    /** How many tokens from one on lie side by side in the cache, as those of a block do, or have no place in it. */
    private static int neighbours(int[] slotMapping, int from, int most) {
        int slot = slotMapping[from];
        int step = slot < 0 ? 0 : 1;
        int count = 1;
        while (count < most && slotMapping[from + count] == slot + count * step) {
            count++;
        }
        return count;
    }

    /** Moves rows between dense memory and their place in the cache; {@code pagedAt} is -1 if they have none. */
    private void moveRun(Windows dense, long at, Windows paged, long pagedAt, int lengthBytes) {
        ByteBuffer denseWindow = dense.window(at);
        int denseIndex = Windows.index(at);
        if (pagedAt < 0) {
            if (gather) {
                ByteLoops.zero(denseWindow, denseIndex, lengthBytes);
            }
        } else if (gather) {
            ByteLoops.copy(paged.window(pagedAt), Windows.index(pagedAt), denseWindow, denseIndex, lengthBytes);
        } else {
            ByteLoops.copy(denseWindow, denseIndex, paged.window(pagedAt), Windows.index(pagedAt), lengthBytes);
        }
    }

    /**
     * Digests the rows so far where they are dense, while the CPU's cache has them; a unit that is cut waits for its rest.
     * Digesting each row in the loop that copies it was no faster, with rows of 2 KiB.
     */
    private void digestRows(PagedPiece piece, long bytesDone) {
        long end = rowsDone == piece.rows() ? bytesDone : bytesDone - bytesDone % Digest.UNIT_BYTES;
        long at = piece.dense().offsetBytes() + bytesDigested;
        digest += ByteLoops.digest(
                memory.windows(piece.dense().region()).window(at),
                Windows.index(at),
                (int) (end - bytesDigested),
                piece.objectOffsetBytes() + bytesDigested);
        bytesDigested = end;
    }

    @Override
    public boolean uses(RegionId region) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).uses(region)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Completion release() {
        Completion told = Objects.requireNonNull(completion);
        completion = null;
        pieces = List.of();
        digests = NONE;
        pool.push(this);
        return told;
    }
}
