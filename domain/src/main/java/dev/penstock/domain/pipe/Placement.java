// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;

/** Where an arriving object goes. */
public sealed interface Placement {
    /** It stays in the pages in which it arrived, until it is settled. For objects that fit into the ring. */
    static Placement inPlace() {
        return InPlace.INSTANCE;
    }

    /** It is copied to memory of the receiver's own, as long as the object. */
    static Placement into(Span destination) {
        return new Into(destination);
    }

    /** There is no room for it now: ask again. Everything behind it waits, and so does the sender in the end. */
    static Placement later() {
        return Later.INSTANCE;
    }

    /** It is not wanted; the sender is told the kind. */
    static Placement refuse(FailureKind kind) {
        return new Refuse(kind);
    }

    /** In the ring. */
    enum InPlace implements Placement {
        /** The only one. */
        INSTANCE
    }

    /** In memory of the receiver's own. */
    record Into(Span destination) implements Placement {}

    /**
     * Scattered into a paged KV cache: one chunk object of {@code layerCount} layers and {@code tokens} tokens. The slot
     * mapping is not copied and must stay as it is until the object is delivered or dropped. A row whose piece is damaged
     * has been written when that is found out.
     */
    record Scattered(
            PagedKv cache,
            int firstLayer,
            int layerCount,
            ChunkLayout layout,
            int[] slotMapping,
            int firstToken,
            int tokens)
            implements Placement {
        PagedPiece piece(long objectOffset, Span dense) {
            int rowBytes = cache.layout().rowBytes();
            return new PagedPiece(
                    cache,
                    firstLayer,
                    layerCount,
                    layout,
                    slotMapping,
                    firstToken,
                    tokens,
                    Math.toIntExact(objectOffset / rowBytes),
                    Math.toIntExact(dense.lengthBytes() / rowBytes),
                    dense);
        }

        /** Whether a piece consists of whole rows. */
        boolean takes(long objectOffset, long pieceBytes) {
            int rowBytes = cache.layout().rowBytes();
            return objectOffset % rowBytes == 0 && pieceBytes % rowBytes == 0;
        }
    }

    /** Not now. */
    enum Later implements Placement {
        /** The only one. */
        INSTANCE
    }

    /** Not wanted. */
    record Refuse(FailureKind kind) implements Placement {}
}
