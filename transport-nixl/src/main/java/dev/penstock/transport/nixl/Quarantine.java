// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Agents that were closed while writes were under way that would not end. A posted write can't be taken back: NIXL's own
 * cancel returns while data is still moving. So the agent, its requests and their memory stay as they are until the process
 * ends.
 */
final class Quarantine {
    private static final System.Logger LOG = System.getLogger(Quarantine.class.getName());
    private static final List<NixlAgent> AGENTS = new ArrayList<>();

    private Quarantine() {}

    /** Keeps an agent, and the memory that its writes read. */
    static void keep(NixlAgent agent, int writes, List<Region> sources) {
        long bytes = 0;
        for (Region source : sources) {
            bytes += source.lengthBytes();
            if (source.host() instanceof MappedRegion mapped) {
                mapped.quarantine();
            }
        }
        synchronized (AGENTS) {
            AGENTS.add(agent);
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} writes of {1} were under way when it was closed and did not end: {2} bytes of memory stay in use until "
                        + "this process ends",
                writes,
                agent.name(),
                bytes);
    }

    /** How many agents there are. */
    static int size() {
        synchronized (AGENTS) {
            return AGENTS.size();
        }
    }
}
