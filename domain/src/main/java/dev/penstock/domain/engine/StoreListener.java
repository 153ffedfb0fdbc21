// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;

/**
 * Told what became of a store: {@link #cacheReleased} once, and exactly one of the others, once. Called on the loop's thread,
 * perhaps before the call returns; must not throw or block.
 */
public interface StoreListener {
    /** The paged cache and the slot mapping are not read any more: the engine may overwrite those tokens. */
    default void cacheReleased() {}

    /**
     * Everything is settled.
     *
     * @param storedTokens how many tokens were stored: all that are wanted and in chunks
     */
    void stored(int storedTokens);

    /**
     * Everything is settled, and something failed. What comes after it was not stored, or is of no use.
     *
     * @param storedTokens how many tokens were stored, from the first wanted one on, before the first that failed
     * @param cause why that one failed: of kind CAPACITY if the store has no room
     */
    void failed(int storedTokens, KvTransferException cause);
}
