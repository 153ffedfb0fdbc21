// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.testkit.KvTransportContract;

class LoopbackTransportContractTest extends KvTransportContract {
    @Override
    protected KvTransportProvider provider() {
        return new LoopbackTransportProvider();
    }
}
