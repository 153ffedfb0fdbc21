// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.RegionId;

/** A request that {@link CudaMemory} hands to the GPU. */
interface Work {
    /**
     * Puts all of it on the lane's stream.
     *
     * @return whether there was anything to do
     * @throws KvTransferException if the driver refuses; some of it may be on the stream
     */
    boolean begin(Lane lane);

    /** Takes over the results, when all of it is done. */
    void end(Lane lane);

    /** Which way it goes. */
    Way way();

    /** What it is, for messages. */
    String operation();

    /** Whether the request reads or writes the region. */
    boolean uses(RegionId region);

    /** Forgets the request, so that this object can serve for another one, and returns whom to tell. */
    Completion release();
}
