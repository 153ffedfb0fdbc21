// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.ObjectSink;
import java.util.function.IntSupplier;

/**
 * What a node needs to receive in a session.
 *
 * @param pages the pages that are granted; their region is registered with the transport
 * @param emptyPages gives an empty page, held once, or -1
 * @param sink where objects go
 * @param outlivesSession whether the pages are there after the session, so that it matters who may still write them
 * @param release gives back what belongs to this session alone, such as its ring; called once, when nothing uses it any
 *     more and the peer can't write it, or its region goes with it
 */
public record Inbound(
        PagePool pages, IntSupplier emptyPages, ObjectSink sink, boolean outlivesSession, Runnable release) {
    /** A ring of the session's own. */
    public static Inbound ring(Ring ring, long pageBytes, ObjectSink sink) {
        PagePool pages = new PagePool(ring.region(), pageBytes);
        return new Inbound(pages, pages::take, sink, false, ring::close);
    }

    /** Pages of a store that outlives the session. */
    public static Inbound store(PagePool pages, IntSupplier emptyPages, ObjectSink sink) {
        return new Inbound(pages, emptyPages, sink, true, () -> {});
    }
}
