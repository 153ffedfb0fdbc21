// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;

/**
 * Told what became of a retrieve: exactly one method, once, on the loop's thread, perhaps before the call returns. Must not
 * throw or block.
 */
public interface RetrieveListener {
    /**
     * The retrieve is over; nothing writes to the paged cache any more.
     *
     * @param mask for each token of the sequence whether its KV is in the paged cache now; true for one run of tokens, from
     *     the first wanted one on, except for those without a place. Rows of tokens behind that run may have been
     *     overwritten
     */
    void retrieved(boolean[] mask);

    /** The store could not be asked; nothing was written. */
    void failed(KvTransferException cause);
}
