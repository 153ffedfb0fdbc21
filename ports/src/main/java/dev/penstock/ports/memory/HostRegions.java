// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import dev.penstock.ports.KvTransferException;

/**
 * Where host memory comes from. Each transport brings the kind that it moves best: shared files, huge pages, pinned
 * pages.
 */
public interface HostRegions {
    /**
     * Takes a block of host memory. Its pages are there when this returns, so that using it can't fail later for want of
     * memory. The contents are unspecified. May block for as long as the host needs to find the pages.
     *
     * @param lengthBytes positive; may exceed 2 GiB
     * @throws KvTransferException of kind CAPACITY, naming what was asked and what is free, if it doesn't fit; nothing is
     *     left behind
     */
    HostRegion allocate(long lengthBytes);

    /** How many bytes could be allocated now, as far as the host tells. */
    long availableBytes();
}
