// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.Memory;
import dev.penstock.transport.testkit.memory.MemoryContract;

class HostMemoryContractTest extends MemoryContract {
    @Override
    protected Memory memory() {
        return new HostMemory(new DirectRegions());
    }
}
