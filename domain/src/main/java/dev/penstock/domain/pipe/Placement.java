// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.memory.PagedChunk;
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
     * Scattered into a paged KV cache. The slot mapping is not copied and must stay as it is until the object is delivered
     * or dropped. A row whose piece is damaged has been written when that is found out.
     */
    record Scattered(PagedChunk chunk) implements Placement {}

    /** Not now. */
    enum Later implements Placement {
        /** The only one. */
        INSTANCE
    }

    /** Not wanted. */
    record Refuse(FailureKind kind) implements Placement {}
}
