// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.PartEntry;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.SegmentList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pieces of one part that are moved, or checked, by one request. Reused. */
final class ArrivalBatch implements Completion {
    private static final long[] NO_DIGESTS = {};

    final SegmentList segments = new SegmentList(PartEntry.MAX_ENTRIES);
    final List<PagedPiece> scatters = new ArrayList<>();
    private final ArrivingObject[] object = new ArrivingObject[PartEntry.MAX_ENTRIES];
    private final PieceMover mover;
    long[] scatterDigests = NO_DIGESTS;
    CopyMode mode = CopyMode.COPY;
    int size;

    @Nullable
    ArrivedPart part;

    ArrivalBatch(PieceMover mover) {
        this.mover = mover;
    }

    ArrivedPart part() {
        return Objects.requireNonNull(part);
    }

    /** The piece that was added to the segments, or the scatters, belongs to this object. */
    void add(ArrivingObject of) {
        object[size++] = of;
        of.pendingPieces++;
    }

    long[] digestsOfScatters(boolean digest) {
        if (!digest) {
            scatterDigests = NO_DIGESTS;
        } else if (scatterDigests.length != scatters.size()) {
            scatterDigests = new long[scatters.size()];
        }
        return scatterDigests;
    }

    /** Gives each object its digests; tells that its pieces are where they belong. */
    void settlePieces() {
        boolean scattered = !scatters.isEmpty();
        for (int i = 0; i < size; i++) {
            if (!scattered && mode.digests()) {
                object[i].addDigest(segments.digest(i));
            } else if (scattered && scatterDigests.length > 0) {
                object[i].addDigest(scatterDigests[i]);
            }
            object[i].pendingPieces--;
        }
    }

    void clear() {
        Arrays.fill(object, 0, size, null);
        size = 0;
        segments.clear();
        scatters.clear();
        part = null;
    }

    @Override
    public void completed() {
        mover.moved(this, null);
    }

    @Override
    public void failed(KvTransferException failure) {
        mover.moved(this, failure);
    }
}
