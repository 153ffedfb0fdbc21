// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.List;

/**
 * The objects of a rehearsal: one that is copied and one that is gathered, so that both ways of filling a part are gone; each
 * as short as pages can be cut, and given up from the start, so that the receiver drops it.
 */
final class Rehearsal {
    private static final byte[] NO_HEADER = {};

    private final Memory memory;
    private final RegionId region;
    private final SendSource copied;
    private final SendSource gathered;
    private final SendListener listener;

    /**
     * Takes a little memory.
     *
     * @param settled called for each object that is over
     * @throws KvTransferException of kind CAPACITY if there is none
     */
    Rehearsal(Memory memory, Runnable settled) {
        this.memory = memory;
        listener = new SendListener() {
            @Override
            public void acknowledged() {
                settled.run();
            }

            @Override
            public void failed(KvTransferException cause) {
                settled.run();
            }
        };
        int bytes = RingGeometry.ALIGNMENT;
        region = memory.allocate(bytes).id();
        Span span = new Span(region, 0, bytes);
        PagedKv oneRow = new PagedKv(new PagedKvLayout(1, 1, 1, 1, bytes), List.of(span));
        copied = new SendSource.Copied(span);
        gathered = new SendSource.Gathered(new PagedChunk(oneRow, 0, 1, ChunkLayout.LAYERS_FIRST, new int[] {0}, 0, 1));
    }

    OutgoingObject copied() {
        return abandoned(copied);
    }

    OutgoingObject gathered() {
        return abandoned(gathered);
    }

    private OutgoingObject abandoned(SendSource source) {
        OutgoingObject object = new OutgoingObject(NO_HEADER, source, listener);
        object.abandoned = true;
        return object;
    }

    /** Gives the memory back; once, when nothing reads it. */
    void release() {
        memory.free(region);
    }
}
