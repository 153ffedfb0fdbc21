// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.contract.NixlTwoProcessContract;
import java.util.List;
import java.util.stream.Stream;

class NixlJniKilledPeerTest extends NixlTwoProcessContract {
    @Override
    protected KvTransportProvider provider() {
        return new NixlJniTransportProvider();
    }

    @Override
    protected List<String> childJvmOptions() {
        return Stream.concat(super.childJvmOptions().stream(), CheckedJvm.options().stream())
                .toList();
    }
}
