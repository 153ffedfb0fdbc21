// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Brings the pieces of a part to their places: checks those that stay, copies or scatters the others. The pieces of a part
 * that need the same are one request to the memory.
 */
final class PieceMover {
    private static final int CHECKS = 0;
    private static final int COPIES = 1;
    private static final int SCATTERS = 2;

    private final boolean digest;
    private final PipePorts ports;
    private final PagePool pool;
    private final RegionId region;
    private final PipeReceiver pipe;

    private final ArrayDeque<ArrivalBatch> free = new ArrayDeque<>();
    /** What is being collected for the part at hand. */
    private final @Nullable ArrivalBatch[] open = new ArrivalBatch[3];

    private int pending;

    PieceMover(PipeConfig config, PipePorts ports, PagePool pool, PipeReceiver pipe) {
        this.digest = config.digest();
        this.ports = ports;
        this.pool = pool;
        this.region = pool.geometry().region();
        this.pipe = pipe;
    }

    /** Whether the memory is at work. */
    boolean isBusy() {
        return pending > 0;
    }

    /**
     * Adds the piece under the part's cursor, which is an object's next, to what {@link #submit} begins to move; nothing if
     * the object is refused.
     */
    void add(ArrivedPart part, ArrivingObject object, Placement placement) {
        long bytes = part.pieceBytes[part.cursor];
        long objectOffset = object.placedBytes;
        object.placedBytes += bytes;
        long offset = pool.span(part.page).offsetBytes() + part.pieceOffset[part.cursor];
        if (placement instanceof Placement.InPlace) {
            keep(part, object, offset, bytes, objectOffset);
        } else if (placement instanceof Placement.Into into) {
            Span to = into.destination();
            ArrivalBatch batch = batch(part, digest ? CopyMode.COPY_AND_DIGEST : CopyMode.COPY, COPIES);
            batch.segments.add(region, offset, to.region(), to.offsetBytes() + objectOffset, bytes, objectOffset);
            batch.add(object);
        } else if (placement instanceof Placement.Scattered scattered) {
            scatter(part, object, new Span(region, offset, bytes), objectOffset, scattered);
        }
    }

    private void keep(ArrivedPart part, ArrivingObject object, long offset, long bytes, long objectOffset) {
        if (object.hold(part.page, region, offset, bytes)) {
            pool.retain(part.page);
        }
        if (digest) {
            ArrivalBatch batch = batch(part, CopyMode.DIGEST, CHECKS);
            batch.segments.add(region, offset, region, offset, bytes, objectOffset);
            batch.add(object);
        }
    }

    private void scatter(
            ArrivedPart part, ArrivingObject object, Span piece, long objectOffset, Placement.Scattered place) {
        int rowBytes = place.chunk().rowBytes();
        if (objectOffset % rowBytes != 0 || piece.lengthBytes() % rowBytes != 0) {
            // Its sender knows of no rows; that is no reason to end the session.
            object.rejection = FailureKind.REFUSED;
            return;
        }
        ArrivalBatch batch = batch(part, CopyMode.COPY, SCATTERS);
        batch.scatters.add(place.chunk().piece(objectOffset, piece));
        batch.add(object);
    }

    private ArrivalBatch batch(ArrivedPart part, CopyMode mode, int kind) {
        ArrivalBatch batch = open[kind];
        if (batch == null) {
            batch = free.isEmpty() ? new ArrivalBatch(this) : free.remove();
            batch.part = part;
            batch.mode = mode;
            open[kind] = batch;
        }
        return batch;
    }

    /** Begins to move what was added. */
    void submit() {
        for (int kind = 0; kind < open.length; kind++) {
            ArrivalBatch batch = open[kind];
            if (batch != null) {
                open[kind] = null;
                batch.part().pendingBatches++;
                pending++;
                if (kind == SCATTERS) {
                    submitScatters(batch);
                } else {
                    submitSegments(batch);
                }
            }
        }
    }

    private void submitSegments(ArrivalBatch batch) {
        long bytes = batch.segments.totalBytes();
        if (batch.mode.copies()) {
            ports.telemetry().add(Metric.MEMORY_BYTES_READ, bytes);
            ports.telemetry().add(Metric.MEMORY_BYTES_WRITTEN, bytes);
        } else {
            ports.telemetry().add(Metric.DIGEST_BYTES_READ, bytes);
        }
        ports.memory().submit(batch.mode, batch.segments, batch);
    }

    private void submitScatters(ArrivalBatch batch) {
        long bytes = 0;
        for (int i = 0; i < batch.size; i++) {
            bytes += batch.scatters.get(i).dense().lengthBytes();
        }
        ports.telemetry().add(Metric.MEMORY_BYTES_READ, bytes);
        ports.telemetry().add(Metric.MEMORY_BYTES_WRITTEN, bytes);
        ports.mover().submitScatter(batch.scatters, batch.digestsOfScatters(digest), batch);
    }

    void moved(ArrivalBatch batch, @Nullable KvTransferException cause) {
        pending--;
        ArrivedPart part = batch.part();
        part.pendingBatches--;
        batch.settlePieces();
        batch.clear();
        free.add(batch);
        pipe.moved(part, cause);
    }
}
