// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

/** A retrieve that waits. Belongs to the loop's thread. */
public final class AwaitedRetrieve {
    private final ChunkWaits waits;

    AwaitedRetrieve(ChunkWaits waits) {
        this.waits = waits;
    }

    /** Whether every chunk is waited for, or there: what is stored from here on goes straight to its place. */
    public boolean isRegistered() {
        return waits.isRegistered();
    }

    /**
     * Waits no longer. Its listener is told in one of the next steps, when what is on its way to the paged cache has come to
     * its end. Does nothing if it has been told.
     */
    public void cancel() {
        waits.giveUp();
    }
}
