// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.RegionId;

/** A request that {@link HostMemory#poll} carries out tile by tile. */
interface Work {
    /** About how many bytes one {@link #advance} moves at most: what is digested in several places at a time. */
    int TILE_BYTES = ByteLoops.BLOCK_BYTES;

    /** Whether there is nothing left to do. */
    boolean ended();

    /**
     * Moves the next tile. Not called after the end.
     *
     * @return how many bytes that were
     */
    int advance();

    /** Whether the request reads or writes the region. */
    boolean uses(RegionId region);

    /** Forgets the request, so that this object can serve for another one, and returns whom to tell. */
    Completion release();
}
