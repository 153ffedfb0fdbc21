// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;

/** The memory in which a sender fills parts before they are written. */
public sealed interface SenderSlots {
    /** Slots of the sender's own ring, each as large as a page of the receiver. */
    static SenderSlots staged(PagePool ring) {
        return new Staged(ring);
    }

    /** The receiver's pages themselves, where both sides share memory: filling them is the transfer. */
    static SenderSlots shared(Region receiverRing, RingGeometry geometry) {
        return new Shared(receiverRing, geometry);
    }

    /** Whether what is filled here is at the receiver already. */
    boolean shared();

    /** How many slots there are. */
    int count();

    /** Takes a slot to fill {@code remotePage}, held once; -1 if none is free. */
    int take(int remotePage);

    /** Holds a slot once more. */
    void retain(int slot);

    /** Lets go of a slot; it is free when nobody holds it. */
    void release(int slot);

    /** The memory of a slot. */
    Span span(int slot);

    /** The region that all slots are in. */
    RegionId region();

    /** Slots in the sender's ring. */
    record Staged(PagePool ring) implements SenderSlots {
        @Override
        public boolean shared() {
            return false;
        }

        @Override
        public int count() {
            return ring.geometry().pages();
        }

        @Override
        public int take(int remotePage) {
            return ring.take();
        }

        @Override
        public void retain(int slot) {
            ring.retain(slot);
        }

        @Override
        public void release(int slot) {
            ring.release(slot);
        }

        @Override
        public Span span(int slot) {
            return ring.span(slot);
        }

        @Override
        public RegionId region() {
            return ring.geometry().region();
        }
    }

    /** The receiver's pages; a page's credit is the only hold that is needed. */
    final class Shared implements SenderSlots {
        private final Span[] pages;
        private final RegionId region;

        Shared(Region receiverRing, RingGeometry geometry) {
            region = receiverRing.id();
            pages = new Span[geometry.pages()];
            for (int page = 0; page < pages.length; page++) {
                pages[page] = receiverRing.span().slice(page * geometry.pageBytes(), geometry.pageBytes());
            }
        }

        @Override
        public boolean shared() {
            return true;
        }

        @Override
        public int count() {
            return pages.length;
        }

        @Override
        public int take(int remotePage) {
            return remotePage;
        }

        @Override
        public void retain(int slot) {}

        @Override
        public void release(int slot) {}

        @Override
        public Span span(int slot) {
            return pages[slot];
        }

        @Override
        public RegionId region() {
            return region;
        }
    }
}
