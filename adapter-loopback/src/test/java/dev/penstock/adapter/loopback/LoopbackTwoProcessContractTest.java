// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.testkit.KvTransportTwoProcessContract;

class LoopbackTwoProcessContractTest extends KvTransportTwoProcessContract {
    @Override
    protected KvTransportProvider provider() {
        return new LoopbackTransportProvider();
    }
}
