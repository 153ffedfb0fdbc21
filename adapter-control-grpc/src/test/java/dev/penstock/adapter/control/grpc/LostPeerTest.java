// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.transport.testkit.control.ControlEventLog;
import dev.penstock.transport.testkit.control.ControlEventLog.Accepted;
import dev.penstock.transport.testkit.control.ControlEventLog.Closed;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Peers in another process that end, or stop, without a word. */
class LostPeerTest {
    private static final ControlAddress ANY_PORT = new ControlAddress("127.0.0.1", 0);
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration PROMPTLY = Duration.ofSeconds(2);

    private final ControlEventLog log = new ControlEventLog();

    @Test
    void shouldReportAnInitiatorThatWasKilled() throws IOException {
        try (ControlPlane plane = new GrpcControlPlane();
                PeerProcess peer = PeerProcess.connecting(plane.listen(ANY_PORT))) {
            ControlLink link = awaitAccepted(plane);
            awaitEcho(plane, link);

            peer.kill();

            assertLost(plane, link, PROMPTLY);
        }
    }

    @Test
    void shouldReportAnAcceptorThatWasKilled() throws IOException {
        try (ControlPlane plane = new GrpcControlPlane();
                PeerProcess peer = PeerProcess.listening()) {
            ControlLink link = plane.connect(peer.address());
            awaitEcho(plane, link);

            peer.kill();

            assertLost(plane, link, PROMPTLY);
        }
    }

    @Test
    void shouldFindAnInitiatorThatDoesNotAnswer() throws IOException, InterruptedException {
        try (ControlPlane plane = new GrpcControlPlane(GrpcControlPlane.MAX_ACCEPTED_LINKS, Duration.ofMillis(500));
                PeerProcess peer = PeerProcess.connecting(plane.listen(ANY_PORT))) {
            ControlLink link = awaitAccepted(plane);
            awaitEcho(plane, link);

            peer.freeze();

            assertLost(plane, link, Duration.ofSeconds(45));
        }
    }

    private ControlLink awaitAccepted(ControlPlane plane) {
        Polling.until(plane, log, START, () -> !log.all(Accepted.class).isEmpty());
        return log.all(Accepted.class).get(0).link();
    }

    private void awaitEcho(ControlPlane plane, ControlLink link) {
        plane.send(link, new Heartbeat(42));
        Polling.until(plane, log, START, () -> !log.messages(link).isEmpty());
    }

    private void assertLost(ControlPlane plane, ControlLink link, Duration patience) {
        Polling.until(plane, log, patience, () -> log.isClosed(link));
        Polling.during(plane, log, Duration.ofMillis(100));
        assertThat(log.all(Closed.class)).singleElement().satisfies(closed -> {
            assertThat(closed.cause().kind()).isEqualTo(FailureKind.PEER_LOST);
            assertThat(closed.cause()).hasMessageContaining(link.remote());
        });
    }
}
