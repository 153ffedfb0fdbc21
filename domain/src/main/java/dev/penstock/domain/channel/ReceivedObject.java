// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.memory.Span;
import java.util.List;

/**
 * An object that a channel received. Observers share it: they read, and none writes.
 *
 * <p>Its bytes may be read while the observers are called, and after that as long as somebody holds it: whoever wants to read
 * it later {@linkplain #retain retains} it before returning and {@linkplain #release releases} it when done. A view that is
 * held for long keeps its part of the ring from being used, and so slows the sender down in the end; an owned object keeps
 * its own memory alone.
 */
public final class ReceivedObject {
    private final ObjectMeta meta;
    private final List<Span> pieces;
    private final boolean owned;
    private final Runnable whenFree;
    private int holds;
    /** The channel's own hold, which no observer can release. */
    private boolean shown = true;

    ReceivedObject(ObjectMeta meta, List<Span> pieces, boolean owned, Runnable whenFree) {
        this.meta = meta;
        this.pieces = List.copyOf(pieces);
        this.owned = owned;
        this.whenFree = whenFree;
    }

    /** What it is. */
    public ObjectMeta meta() {
        return meta;
    }

    /** Where its bytes are, in order; one span unless it is a view of an object that was cut by a page's end. */
    public List<Span> pieces() {
        return pieces;
    }

    /** Whether it is a copy in the receiver's own memory; else a view of the ring. */
    public boolean owned() {
        return owned;
    }

    /**
     * Holds it once more. On the loop's thread.
     *
     * @throws IllegalStateException if its memory has been given back
     */
    public void retain() {
        if (holds == 0 && !shown) {
            throw new IllegalStateException("object " + meta.key() + " was given back");
        }
        holds++;
    }

    /**
     * Lets go of what {@link #retain} held. On the loop's thread.
     *
     * @throws IllegalStateException if nobody holds it
     */
    public void release() {
        if (holds == 0) {
            throw new IllegalStateException("nobody holds object " + meta.key());
        }
        holds--;
        giveBackUnlessHeld();
    }

    /** All observers have been called. */
    void wasShown() {
        shown = false;
        giveBackUnlessHeld();
    }

    private void giveBackUnlessHeld() {
        if (holds == 0 && !shown) {
            whenFree.run();
        }
    }
}
