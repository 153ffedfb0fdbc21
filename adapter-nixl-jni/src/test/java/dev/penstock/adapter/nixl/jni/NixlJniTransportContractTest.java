// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.testkit.KvTransportContract;

class NixlJniTransportContractTest extends KvTransportContract {
    @Override
    protected KvTransportProvider provider() {
        return new NixlJniTransportProvider();
    }
}
