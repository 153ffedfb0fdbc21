// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.ports.KvTransferException;

/**
 * Told what became of a removal: exactly one method, once, on the loop's thread, perhaps before the call returns. Must not
 * throw or block.
 */
public interface RemoveListener {
    /**
     * None of it can be found any more.
     *
     * @param objects how many there were: chunks, or layers of chunks where those are stored by themselves
     */
    void removed(int objects);

    /** Some of it may be gone, and some not. */
    void failed(KvTransferException cause);
}
