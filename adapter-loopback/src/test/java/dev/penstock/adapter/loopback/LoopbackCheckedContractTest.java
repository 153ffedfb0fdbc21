// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.testkit.CheckedTransportProvider;
import dev.penstock.transport.testkit.KvTransportContract;

/** The contract once more, with decorators that find leaks and calls from other threads. */
class LoopbackCheckedContractTest extends KvTransportContract {
    @Override
    protected KvTransportProvider provider() {
        return new CheckedTransportProvider(new LoopbackTransportProvider());
    }
}
