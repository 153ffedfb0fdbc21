// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds places for objects in the pages of a store, one behind the other, so that small ones share a page. It holds the page
 * that it fills.
 */
public final class PageFiller {
    private final PagePool pool;
    private final IntSupplier emptyPages;
    private int openPage = PagePool.NO_PAGE;
    private long cursor;

    /**
     * A filler that has no page yet.
     *
     * @param pool the pool of the pages
     * @param emptyPages gives a page with one reference, which becomes this one's, or {@link PagePool#NO_PAGE}
     */
    public PageFiller(PagePool pool, IntSupplier emptyPages) {
        this.pool = pool;
        this.emptyPages = emptyPages;
    }

    /** A place for an object, whose pages are held until {@link #letGo}. */
    public static final class Place {
        private final PagePool pool;
        private final List<Span> pieces = new ArrayList<>(1);
        private final List<Integer> pages = new ArrayList<>(1);

        private Place(PagePool pool) {
            this.pool = pool;
        }

        /** Where the object's bytes go, in their order. */
        public List<Span> pieces() {
            return pieces;
        }

        /** Ends the hold on the pages. To be called once. */
        public void letGo() {
            pages.forEach(pool::release);
        }
    }

    /**
     * Finds a place.
     *
     * @param lengthBytes how long the object is
     * @param granularity it may be cut at multiples of this, itself a multiple of {@link RingGeometry#ALIGNMENT} and no longer
     *     than a page
     * @return null if there is no empty page; nothing is held then
     */
    public @Nullable Place take(long lengthBytes, long granularity) {
        long pageBytes = pool.geometry().pageBytes();
        Place place = new Place(pool);
        long placed = 0;
        while (placed < lengthBytes) {
            long rest = lengthBytes - placed;
            long room = openPage < 0 ? 0 : pageBytes - cursor;
            // An object that fits into a page is not cut by its end.
            if (room < (rest <= pageBytes ? rest : granularity)) {
                if (!openNextPage()) {
                    place.letGo();
                    return null;
                }
                room = pageBytes;
            }
            long bytes = rest <= room ? rest : room / granularity * granularity;
            pool.retain(openPage);
            place.pages.add(openPage);
            place.pieces.add(pool.span(openPage).slice(cursor, bytes));
            placed += bytes;
            cursor = Math.min(pageBytes, Alignment.up(cursor + bytes));
        }
        if (cursor == pageBytes) {
            // Nothing more fits: what is there may be evicted before the next place is asked for.
            letGoOfPage();
        }
        return place;
    }

    private boolean openNextPage() {
        letGoOfPage();
        openPage = emptyPages.getAsInt();
        cursor = 0;
        return openPage >= 0;
    }

    /** Ends the hold on the page that is being filled; the next place begins with another. */
    public void letGoOfPage() {
        if (openPage >= 0) {
            pool.release(openPage);
            openPage = PagePool.NO_PAGE;
        }
    }

    /** Where an object may be cut: between its rows, if it lies so and they fit into pages, since it may be scattered. */
    public static long granularity(ObjectMeta meta, long pageBytes) {
        if (meta.format().tokenDimension().isEmpty()) {
            return RingGeometry.ALIGNMENT;
        }
        KvShape shape = meta.shape();
        long granularity = Alignment.leastCommonMultiple(
                (long) shape.size(shape.rank() - 1) * meta.dtype().bytes());
        return granularity <= pageBytes ? granularity : RingGeometry.ALIGNMENT;
    }
}
