// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.ports.KvTransferException;

/** Told what became of a batch: exactly one method, once, on the loop's thread; must not throw or block. */
public interface BatchListener {
    /** The receiver owns all objects of the batch. */
    void acknowledged();

    /**
     * All objects are settled and at least one of them failed.
     *
     * @param failedObjects how many did
     * @param first why the first of them did
     */
    void failed(int failedObjects, KvTransferException first);
}
