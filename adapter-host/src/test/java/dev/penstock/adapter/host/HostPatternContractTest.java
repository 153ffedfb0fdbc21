// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.transport.testkit.memory.KvPatternContract;

class HostPatternContractTest extends KvPatternContract {
    @Override
    protected Memory memory() {
        return new HostMemory(new DirectRegions());
    }

    @Override
    protected KvPattern pattern(Memory memory) {
        return new HostPattern(memory);
    }
}
