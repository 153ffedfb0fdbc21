// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;

/** Told what became of a store. Called on the loop's thread; must not throw or block. */
public interface StoreListener {
    /** The paged cache and the slot mapping are not read any more: the engine may overwrite those tokens. Called once. */
    default void cacheReleased() {}

    /**
     * Everything is settled.
     *
     * @param storedTokens how many tokens of the sequence can be found from the first stored one on, without a gap
     */
    void stored(int storedTokens);

    /**
     * Everything is settled, and something failed.
     *
     * @param storedTokens how many tokens were stored before the first that failed
     * @param cause why that one failed
     */
    void failed(int storedTokens, KvTransferException cause);
}
