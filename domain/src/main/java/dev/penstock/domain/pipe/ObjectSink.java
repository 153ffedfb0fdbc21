// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.KvTransferException;

/** Where the objects of a pipe go at the receiving side. Called on the loop's thread; must not block or throw. */
public interface ObjectSink {
    /**
     * Says where an object is to go. Called once its first piece has arrived; called again in a later step after
     * {@link Placement#later}.
     */
    Placement place(ArrivingObject object);

    /**
     * An object is there, whole and with the right digest. Objects come in the order in which they were sent. It counts as
     * received, and the memory that it takes in the ring is granted again, when the sink
     * {@linkplain ArrivingObject#settle settles} it: at once, or later.
     */
    void deliver(ArrivingObject object);

    /**
     * An object for which {@link #place} gave a placement will not come. The contents of its destination are unspecified,
     * but nothing writes there any more.
     *
     * @param cause CORRUPTED if its digest differed, CLOSED if its sender gave it up, the session's failure otherwise
     */
    void dropped(ArrivingObject object, KvTransferException cause);
}
