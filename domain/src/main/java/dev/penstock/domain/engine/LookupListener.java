// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;

/**
 * Told the answer to a lookup: exactly one method, once, on the loop's thread, perhaps before the call returns. Must not throw
 * or block.
 */
public interface LookupListener {
    /** The answer. */
    void found(Lookup lookup);

    /** There is no answer. */
    void failed(KvTransferException cause);
}
