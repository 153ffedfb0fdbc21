// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

/**
 * The right to read an object's bytes until it is released or expires. While it is active neither eviction nor removal nor
 * replacement gives the bytes' memory to anyone else.
 *
 * <p>Belongs to the store's thread.
 */
public final class Lease {
    private static final int NOT_QUEUED = -1;

    private final ObjectStore store;
    private final StoredObject object;
    private final long deadlineNanos;
    /** The place in the queue of leases by deadline. */
    int queueIndex = NOT_QUEUED;

    Lease(ObjectStore store, StoredObject object, long deadlineNanos) {
        this.store = store;
        this.object = object;
        this.deadlineNanos = deadlineNanos;
    }

    /**
     * The object.
     *
     * @throws IllegalStateException if the lease has ended: the memory may hold something else by now
     */
    public StoredObject object() {
        if (!isActive()) {
            throw new IllegalStateException("the lease on " + object + " has ended");
        }
        return object;
    }

    /** When it expires: at the first {@link ObjectStore#expire} at or after this time. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether the bytes may be read. */
    public boolean isActive() {
        return queueIndex != NOT_QUEUED;
    }

    /** Ends the lease. Does nothing if it has ended, so that a lease that expired can be released as usual. */
    public void release() {
        if (isActive()) {
            store.release(this);
        }
    }

    void leftQueue() {
        queueIndex = NOT_QUEUED;
    }

    StoredObject leased() {
        return object;
    }
}
