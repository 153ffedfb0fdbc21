// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.transport.testkit.memory.KvPatternContract;
import org.junit.jupiter.api.Tag;

@Tag("gpu")
class CudaPatternContractTest extends KvPatternContract {
    @Override
    protected Memory memory() {
        return Gpu.memory();
    }

    @Override
    protected KvPattern pattern(Memory memory) {
        return new CudaPattern((CudaMemory) memory);
    }
}
