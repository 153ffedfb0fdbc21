// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.transport.testkit.memory.PagedKvMoverContract;

class HostPagedKvMoverContractTest extends PagedKvMoverContract {
    @Override
    protected Memory memory() {
        return new HostMemory(new DirectRegions());
    }

    @Override
    protected PagedKvMover mover(Memory memory) {
        return new HostPagedKvMover((HostMemory) memory);
    }
}
