// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.Memory;
import dev.penstock.transport.testkit.memory.MemoryContract;
import org.junit.jupiter.api.Tag;

@Tag("gpu")
class CudaMemoryContractTest extends MemoryContract {
    @Override
    protected Memory memory() {
        return Gpu.memory();
    }
}
