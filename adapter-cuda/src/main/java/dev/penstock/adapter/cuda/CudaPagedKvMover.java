// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Gathers and scatters with a kernel that moves each row by one warp, and digests it as it passes. One launch a request. */
public final class CudaPagedKvMover implements PagedKvMover {
    private final CudaMemory memory;
    private final Consumer<Span> withinRegion;
    private final ArrayDeque<PagedWork> pool = new ArrayDeque<>();

    /** Moves rows between regions of {@code memory}. */
    public CudaPagedKvMover(CudaMemory memory) {
        this.memory = Objects.requireNonNull(memory, "memory");
        this.withinRegion = memory::check;
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
        // The GPU would read and write wherever an entry leads it: nothing unchecked gets there.
        PagedPiece.checkAll(pieces, digests, withinRegion);
        memory.enqueue(PagedWork.of(memory, pool, gather, pieces, digests, completion));
    }
}
