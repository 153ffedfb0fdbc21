// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.transport.testkit.control.ControlEventLog;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.3.99", "localhost", "LOCALHOST", "::1", "0:0:0:0:0:0:0:1"})
    void shouldAllowLoopback(String host) {
        InetSocketAddress address = LoopbackAddress.of(new ControlAddress(host, 7), "connect");

        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(address.getPort()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "10.0.0.1",
                "192.0.2.1",
                "128.0.0.1",
                "127.0.0.256",
                "127.0.0",
                "127.1",
                "2130706433",
                "fe80::1",
                "::ffff:10.0.0.1",
                "127.0.0.1.example.org",
                "localhost.example.org",
                "example.org",
                "1::2::3",
                ":",
                "[::1]"
            })
    void shouldRefuseEverythingElseWithoutLookingItUp(String host) {
        ControlAddress address = new ControlAddress(host, 7);
        try (ControlPlane plane = new GrpcControlPlane()) {
            ControlEventLog log = new ControlEventLog();
            ControlLink link = plane.connect(address);
            plane.send(link, new Heartbeat(1));
            assertThat(plane.poll(log, 16)).isEqualTo(1);
            assertThat(log.all(ControlEventLog.Closed.class)).singleElement().satisfies(closed -> {
                assertThat(closed.link()).isSameAs(link);
                assertThat(closed.cause().kind()).isEqualTo(FailureKind.UNAVAILABLE);
                assertThat(closed.cause()).hasMessageContaining(address.toString());
                assertThat(closed.cause()).hasMessageContaining("TLS");
            });
            plane.close(link);

            ControlLink givenUp = plane.connect(address);
            plane.close(givenUp);
            assertThat(plane.poll(log, 16)).isZero();

            assertThatExceptionOfType(KvTransferException.class)
                    .isThrownBy(() -> plane.listen(address))
                    .withMessageContaining("loopback only")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE));
        }
    }

    @Test
    void shouldListenAndConnectByName() {
        try (ControlPlane plane = new GrpcControlPlane()) {
            ControlAddress address = plane.listen(new ControlAddress("localhost", 0));

            assertThat(address.host()).isEqualTo("localhost");
            assertThat(plane.connect(address).remote()).isEqualTo(address.toString());
        }
    }
}
