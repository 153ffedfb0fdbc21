// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import dev.penstock.ports.memory.RegionId;

/**
 * The memory that one side lets the other write: a region cut into pages of one size.
 *
 * @param region the region, by its owner's name for it
 * @param pageBytes bytes of a page, a multiple of {@link #ALIGNMENT}
 * @param pages number of pages
 */
public record RingGeometry(RegionId region, long pageBytes, int pages) {
    /** Objects begin at multiples of this many bytes of their page. */
    public static final int ALIGNMENT = 256;
    /** The most pages, so that a page's number and the credit window stay small. */
    public static final int MAX_PAGES = 1 << 20;
    /** The largest page. */
    public static final long MAX_PAGE_BYTES = 1L << 40;

    /** Checks the numbers. */
    public RingGeometry {
        if (pageBytes <= 0 || pageBytes > MAX_PAGE_BYTES || pageBytes % ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "a page has a multiple of " + ALIGNMENT + " bytes up to 2^40, not " + pageBytes);
        }
        if (pages <= 0 || pages > MAX_PAGES) {
            throw new IllegalArgumentException("a ring has 1 to " + MAX_PAGES + " pages, not " + pages);
        }
    }

    /** Bytes of all pages. */
    public long totalBytes() {
        return pageBytes * pages;
    }
}
