// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.NixlApi;
import dev.penstock.transport.nixl.contract.NixlTransportContract;

class NixlJniContractTest extends NixlTransportContract {
    @Override
    protected KvTransportProvider provider() {
        return new NixlJniTransportProvider();
    }

    @Override
    protected NixlApi binding() {
        return new JniNixl();
    }
}
