// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.RegionIds;
import java.util.function.Supplier;

/**
 * Gives the nodes of a test their memory. Where a test has a second process, that makes a provider of its own: the class is
 * public then and has a public constructor without parameters.
 */
public interface TestMemoryProvider {
    /**
     * Opens the memory of one node. Called on the node's thread before its transport is opened, since a transport takes a
     * GPU for one only if its context is there.
     *
     * @param host the transport's own host memory, from when the first region is allocated on
     * @param ids where the names of its regions come from
     */
    TestMemory open(Supplier<HostRegions> host, RegionIds ids);
}
