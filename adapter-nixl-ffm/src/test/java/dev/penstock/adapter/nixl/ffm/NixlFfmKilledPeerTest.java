// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.contract.NixlTwoProcessContract;
import java.util.ArrayList;
import java.util.List;

class NixlFfmKilledPeerTest extends NixlTwoProcessContract {
    @Override
    protected KvTransportProvider provider() {
        return new NixlFfmTransportProvider();
    }

    @Override
    protected List<String> childJvmOptions() {
        List<String> options = new ArrayList<>(super.childJvmOptions());
        options.add("--enable-native-access=ALL-UNNAMED");
        return options;
    }
}
