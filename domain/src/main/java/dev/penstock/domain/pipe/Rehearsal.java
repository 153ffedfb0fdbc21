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
 * Sends two objects that nobody gets: one is copied and one gathered, so that both ways of filling a part are used; each is
 * as short as pages can be cut, and given up from the start, so that the receiver drops it.
 */
final class Rehearsal implements SendListener {
    private static final byte[] NO_HEADER = {};

    private final Memory memory;
    private final RegionId region;
    private final SendSource copied;
    private final SendSource gathered;
    private int unsettled;

    /**
     * Takes a little memory.
     *
     * @throws KvTransferException of kind CAPACITY if there is none
     */
    Rehearsal(Memory memory) {
        this.memory = memory;
        int bytes = RingGeometry.ALIGNMENT;
        region = memory.allocate(bytes).id();
        Span span = new Span(region, 0, bytes);
        PagedKv oneRow = new PagedKv(new PagedKvLayout(1, 1, 1, 1, bytes), List.of(span));
        copied = new SendSource.Copied(span);
        gathered = new SendSource.Gathered(new PagedChunk(oneRow, 0, 1, ChunkLayout.LAYERS_FIRST, new int[] {0}, 0, 1));
    }

    /**
     * Gives the objects their places in a part, as far as there is room. Not by way of the pipe's queue, whose room is its
     * users' own.
     */
    void place(PartPlacer placer, Acknowledgements acknowledgements) {
        if (place(copied, placer, acknowledgements)) {
            place(gathered, placer, acknowledgements);
        }
    }

    private boolean place(SendSource source, PartPlacer placer, Acknowledgements acknowledgements) {
        OutgoingObject object = new OutgoingObject(NO_HEADER, source, this);
        object.abandoned = true;
        if (!placer.place(object, object.lengthBytes, false, true)) {
            return false;
        }
        acknowledgements.await(object);
        unsettled++;
        return true;
    }

    /** Objects that are under way. */
    int unsettled() {
        return unsettled;
    }

    @Override
    public void acknowledged() {
        unsettled--;
    }

    @Override
    public void failed(KvTransferException cause) {
        unsettled--;
    }

    /** Gives the memory back; once, when nothing reads it. */
    void release() {
        memory.free(region);
    }
}
