// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.Digest;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;

/** Gathers and scatters with a kernel that moves each row by one warp, and digests it as it passes. One launch a request. */
public final class CudaPagedKvMover implements PagedKvMover {
    private final CudaMemory memory;
    private final ArrayDeque<PagedWork> pool = new ArrayDeque<>();

    /** Moves rows between regions of {@code memory}. */
    public CudaPagedKvMover(CudaMemory memory) {
        this.memory = Objects.requireNonNull(memory, "memory");
    }

    @Override
    public void submitGather(List<PagedPiece> pieces, long[] digests, Completion completion) {
        submit(true, pieces, digests, completion);
    }

    @Override
    public void submitScatter(List<PagedPiece> pieces, long[] digests, Completion completion) {
        submit(false, pieces, digests, completion);
    }

    private void submit(boolean gather, List<PagedPiece> pieces, long[] digests, Completion completion) {
        memory.checkOpen();
        Objects.requireNonNull(completion, "completion");
        if (digests.length != 0 && digests.length != pieces.size()) {
            throw new IllegalArgumentException(digests.length + " digests for " + pieces.size() + " pieces");
        }
        for (int i = 0; i < pieces.size(); i++) {
            PagedPiece piece = pieces.get(i);
            checkSpans(piece);
            checkSlots(piece);
            if (digests.length != 0 && piece.objectOffsetBytes() % Digest.UNIT_BYTES != 0) {
                throw new IllegalArgumentException("piece " + i + " begins " + piece.objectOffsetBytes()
                        + " bytes after its object's start, no multiple of " + Digest.UNIT_BYTES);
            }
        }
        memory.enqueue(PagedWork.of(memory, pool, gather, pieces, digests, completion));
    }

    private void checkSpans(PagedPiece piece) {
        Span dense = piece.dense();
        memory.check(dense);
        for (int i = 0; i < piece.layerCount(); i++) {
            Span layer = piece.cache().layers().get(piece.firstLayer() + i);
            memory.check(layer);
            if (layer.overlaps(dense)) {
                throw new IllegalArgumentException(dense + " overlaps the cache's layer at " + layer);
            }
        }
    }

    // The GPU would read and write wherever an entry leads it: nothing unchecked gets there.
    private static void checkSlots(PagedPiece piece) {
        int slots = piece.cache().layout().tokenSlots();
        for (int i = 0; i < piece.tokens(); i++) {
            int slot = piece.slotMapping()[piece.firstToken() + i];
            if (slot < -1 || slot >= slots) {
                throw new IllegalArgumentException(
                        "token " + i + " has the place " + slot + "; the cache has " + slots);
            }
        }
    }
}
