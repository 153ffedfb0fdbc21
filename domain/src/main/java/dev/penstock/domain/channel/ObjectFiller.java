// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.Reservation;

/** Writes an object where it will be sent from. */
@FunctionalInterface
public interface ObjectFiller {
    /**
     * Called when there is room for the object, on the loop's thread; must not block. Whoever writes the bytes, here or
     * elsewhere, then {@linkplain Reservation#commit commits} the reservation on the loop's thread, or abandons it.
     *
     * <p>If this throws, the object fails with what was thrown as the cause, and is abandoned unless it was committed before:
     * nobody may write its bytes any more.
     */
    void fill(ObjectMeta meta, Reservation room);
}
