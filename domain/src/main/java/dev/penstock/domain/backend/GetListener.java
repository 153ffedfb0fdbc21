// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.KvTransferException;

/**
 * Takes one object that was asked for: exactly one of {@link #received}, {@link #missing} and {@link #failed}, once. Called
 * on the loop's thread; must not block or throw.
 */
public interface GetListener {
    /**
     * Says where the object is to go, now that it is known what it is. Called again in a later step after "later"; not called
     * for an object that does not come. If this refuses, {@link #failed} follows at once.
     */
    Placement place(ObjectMeta meta);

    /**
     * The object is there, whole, and with the bytes that were stored.
     *
     * @param arrived to be settled when its bytes in the ring, if that is where it was placed, are not needed any more
     */
    void received(ObjectMeta meta, ArrivingObject arrived);

    /** The far side does not have it. */
    void missing();

    /**
     * It does not come. Nothing writes to where it was placed any more.
     *
     * @param cause CORRUPTED if its bytes are not those that were stored; what {@link #place} refused with; the session's
     *     failure otherwise
     */
    void failed(KvTransferException cause);
}
