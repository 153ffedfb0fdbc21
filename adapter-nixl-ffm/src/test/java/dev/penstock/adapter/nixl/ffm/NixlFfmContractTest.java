// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.NixlApi;
import dev.penstock.transport.nixl.contract.NixlTransportContract;

class NixlFfmContractTest extends NixlTransportContract {
    @Override
    protected KvTransportProvider provider() {
        return new NixlFfmTransportProvider();
    }

    @Override
    protected NixlApi binding() {
        return FfmNixl.INSTANCE;
    }
}
