// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.transport.testkit.memory.PagedKvMoverContract;
import org.junit.jupiter.api.Tag;

@Tag("gpu")
class CudaPagedKvMoverContractTest extends PagedKvMoverContract {
    @Override
    protected Memory memory() {
        return Gpu.memory();
    }

    @Override
    protected PagedKvMover mover(Memory memory) {
        return new CudaPagedKvMover((CudaMemory) memory);
    }
}
