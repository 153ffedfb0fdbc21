// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.testkit.memory.HostRegionsContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class NixlJniHostRegionsTest extends HostRegionsContract {
    private static KvTransport transport;

    @BeforeAll
    static void open() {
        transport = new NixlJniTransportProvider()
                .open(new TransportConfig("regions-" + ProcessHandle.current().pid()));
    }

    @AfterAll
    static void close() {
        transport.close();
    }

    @Override
    protected HostRegions regions() {
        return transport.hostRegions();
    }
}
