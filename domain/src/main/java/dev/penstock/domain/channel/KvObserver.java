// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.ports.KvTransferException;

/** Sees the objects that a channel receives, in the order in which they were sent. Called on the loop's thread. */
public interface KvObserver {
    /**
     * An object is there, whole and checked. Must not block; to read it elsewhere or later, {@linkplain
     * ReceivedObject#retain retain} it. What this throws is counted and told to {@link #failed}, and harms nobody else; who
     * retained the object before throwing still has to release it.
     */
    void received(ReceivedObject object);

    /** {@link #received} threw. Called at once, before the next observer sees the object. */
    default void failed(ReceivedObject object, RuntimeException thrown) {}

    /** An object began to arrive and does not come: it was damaged, or the session ended. */
    default void dropped(String key, KvTransferException cause) {}
}
