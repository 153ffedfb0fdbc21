// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.page;

import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.Objects;

/**
 * A region cut into equal pages, each with a count of references. A page is free, or held, or quarantined: held by nobody,
 * yet not to be used since a lost peer may still write it. {@link #freePages()}, {@link #heldPages()} and
 * {@link #quarantinedPages()} add up to all pages at all times.
 *
 * <p>Every method takes constant time and allocates nothing. A page number that is out of range is an
 * {@link IndexOutOfBoundsException}; a call that doesn't fit the page's state is an {@link IllegalStateException} and
 * changes nothing. Not thread-safe.
 */
public final class PagePool {
    /** What {@link #take} returns when no page is free. */
    public static final int NO_PAGE = -1;

    private final RingGeometry geometry;
    private final Span[] spans;
    private final int[] references;
    /** A peer that was lost may still write the page. */
    private final boolean[] suspect;
    /** The free pages, the one that is taken next on top. */
    private final int[] free;

    private int freePages;
    private int quarantinedPages;

    /**
     * A pool over the region's first pages, all of them free; a rest at the end that is shorter than a page is not used.
     *
     * @param region the memory, which the pool only names and never touches
     * @param pageBytes bytes of a page, a multiple of {@link RingGeometry#ALIGNMENT}
     * @throws IllegalArgumentException if that gives no page, or more than {@link RingGeometry#MAX_PAGES}
     */
    public PagePool(Region region, long pageBytes) {
        if (pageBytes <= 0 || pageBytes > region.lengthBytes()) {
            throw new IllegalArgumentException(
                    "a page of " + pageBytes + " bytes in a region of " + region.lengthBytes());
        }
        long pages = region.lengthBytes() / pageBytes;
        if (pages > RingGeometry.MAX_PAGES) {
            throw new IllegalArgumentException("a region of " + region.lengthBytes() + " bytes has " + pages
                    + " pages of " + pageBytes + " bytes, at most " + RingGeometry.MAX_PAGES
                    + " are allowed: choose larger pages");
        }
        RegionId id = region.id();
        geometry = new RingGeometry(id, pageBytes, (int) pages);
        spans = new Span[geometry.pages()];
        references = new int[geometry.pages()];
        suspect = new boolean[geometry.pages()];
        free = new int[geometry.pages()];
        for (int page = 0; page < spans.length; page++) {
            spans[page] = new Span(id, page * pageBytes, pageBytes);
            // Page 0 on top: pages are first handed out in ascending order.
            free[page] = spans.length - 1 - page;
        }
        freePages = spans.length;
    }

    /** The region, the size and the number of the pages. */
    public RingGeometry geometry() {
        return geometry;
    }

    /**
     * Takes a free page: the one that became free last, since its bytes are the likeliest to be in a cache.
     *
     * @return the page, with one reference that is the caller's to release, or {@link #NO_PAGE}
     */
    public int take() {
        if (freePages == 0) {
            return NO_PAGE;
        }
        int page = free[--freePages];
        references[page] = 1;
        return page;
    }

    /**
     * Adds a reference.
     *
     * @throws IllegalStateException if nobody holds the page
     */
    public void retain(int page) {
        requireHeld(page, "retained");
        references[page]++;
    }

    /**
     * Takes a reference away. With the last one the page becomes free, or quarantined if it was marked.
     *
     * @throws IllegalStateException if nobody holds the page
     */
    public void release(int page) {
        requireHeld(page, "released");
        references[page]--;
        if (references[page] > 0) {
            return;
        }
        if (suspect[page]) {
            quarantinedPages++;
        } else {
            free[freePages++] = page;
        }
    }

    /**
     * Marks a page that a lost peer may still write. It stays with those who hold it, but doesn't become free after them.
     *
     * @throws IllegalStateException if nobody holds the page, since then no peer can have had it; or if it is marked
     */
    public void quarantine(int page) {
        requireHeld(page, "quarantined");
        if (suspect[page]) {
            throw new IllegalStateException("page " + page + " can't be quarantined: it is already");
        }
        suspect[page] = true;
    }

    /**
     * Takes the mark away: it is sure now that the lost peer doesn't write any more. A page that nobody holds becomes free.
     *
     * @throws IllegalStateException if the page is not marked
     */
    public void unquarantine(int page) {
        if (!isQuarantined(page)) {
            throw new IllegalStateException("page " + page + " can't be taken out of quarantine: it is not in it");
        }
        suspect[page] = false;
        if (references[page] == 0) {
            quarantinedPages--;
            free[freePages++] = page;
        }
    }

    /** Whether the page is marked, held or not. */
    public boolean isQuarantined(int page) {
        return suspect[Objects.checkIndex(page, suspect.length)];
    }

    /** How many references the page has. */
    public int references(int page) {
        return references[Objects.checkIndex(page, references.length)];
    }

    /** The page's bytes; always the same object. */
    public Span span(int page) {
        return spans[Objects.checkIndex(page, spans.length)];
    }

    /** How many pages {@link #take} can give. */
    public int freePages() {
        return freePages;
    }

    /** How many pages have references, those that are marked among them. */
    public int heldPages() {
        return spans.length - freePages - quarantinedPages;
    }

    /** How many marked pages nobody holds: memory that is lost until {@link #unquarantine}. */
    public int quarantinedPages() {
        return quarantinedPages;
    }

    private void requireHeld(int page, String verb) {
        Objects.checkIndex(page, references.length);
        if (references[page] == 0) {
            throw new IllegalStateException("page " + page + " can't be " + verb + ": nobody holds it");
        }
    }
}
