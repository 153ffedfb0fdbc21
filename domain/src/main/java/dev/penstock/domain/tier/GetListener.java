// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.Lease;
import dev.penstock.ports.KvTransferException;

/** Told what became of one {@link TieredStore#get}: exactly one method, once. Must not throw. */
public interface GetListener {
    /**
     * The object's bytes are where the lease says: in the upper tier's pages, or in host memory where the upper tier has no
     * room. The lease is the listener's to release.
     */
    void found(Lease lease);

    /** There is no such object, or it can't be brought up. */
    void missed(KvTransferException cause);
}
