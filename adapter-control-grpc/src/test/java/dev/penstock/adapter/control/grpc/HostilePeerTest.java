// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.control.grpc.proto.Wire;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.ports.control.ProtocolVersion;
import dev.penstock.transport.testkit.control.ControlEventLog;
import dev.penstock.transport.testkit.control.ControlEventLog.Accepted;
import dev.penstock.transport.testkit.control.ControlEventLog.Closed;
import dev.penstock.transport.testkit.control.ControlEventLog.Connected;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Peers that speak gRPC or less, and don't keep to the protocol. */
class HostilePeerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_LINKS = 4;
    /** gRPC logs what these peers do, at length. */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    private static final byte[] UNKNOWN_KIND = HexFormat.of().parseHex("7a00");

    private final ControlPlane plane = new GrpcControlPlane(MAX_LINKS, GrpcControlPlane.KEEP_ALIVE);
    private final ControlEventLog log = new ControlEventLog();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void silenceGrpc() {
        GRPC_LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void letGrpcSpeak() {
        GRPC_LOG.setLevel(null);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        plane.close();
    }

    @Test
    void shouldTellThePeerItsProtocolVersion() throws Exception {
        RawPeer peer = connect(listen(), null);

        assertThat(peer.awaitHeaders().get(RawPeer.VERSION)).isEqualTo(Integer.toString(ProtocolVersion.CURRENT));
    }

    @Test
    void shouldCloseOnBytesThatAreNoMessage() throws Exception {
        RawPeer peer = connect(listen(), "1");

        peer.send(new byte[] {-1, -1, -1});

        assertThat(awaitClosed()).satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(cause).hasMessageContaining("3 bytes that are no message");
            assertThat(cause).hasMessageContaining("127.0.0.1:");
        });
        assertThat(peer.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void shouldNameTheVersionOfANewerPeer() {
        RawPeer peer = connect(listen(), "2");

        peer.send(UNKNOWN_KIND);

        assertThat(awaitClosed())
                .hasMessageContaining("knows no kind 15")
                .hasMessageContaining("speaks protocol version 2, this node 1");
    }

    @Test
    void shouldNameTheVersionThatAHelloTold() {
        RawPeer peer = connect(listen(), "not a number");
        peer.send(Wire.Envelope.newBuilder()
                .setHello(Wire.Hello.newBuilder()
                        .setProtocolVersion(3)
                        .setNode("n")
                        .setTerms(Wire.SessionTerms.getDefaultInstance()))
                .build()
                .toByteArray());

        peer.send(UNKNOWN_KIND);

        assertThat(awaitClosed()).hasMessageContaining("speaks protocol version 3, this node 1");
    }

    @Test
    void shouldReportNothingAfterAProtocolFailure() throws Exception {
        RawPeer peer = connect(listen(), "1");

        peer.send(ControlEncoder.encode(new Heartbeat(1)));
        peer.send(UNKNOWN_KIND);
        peer.send(ControlEncoder.encode(new Heartbeat(2)));
        awaitClosed();
        peer.awaitEnd();
        Polling.during(plane, log, Duration.ofMillis(100));

        ControlLink link = log.all(Accepted.class).get(0).link();
        assertThat(log.messages(link)).containsExactly(new Heartbeat(1));
        assertThat(log.entries().get(log.size() - 1)).isInstanceOf(Closed.class);
        assertThat(log.size()).isEqualTo(3);
    }

    @Test
    void shouldCloseOnAMessageThatIsTooLarge() {
        RawPeer peer = connect(listen(), "1");

        peer.send(new byte[ControlPlane.MAX_MESSAGE_BYTES + 1]);

        assertThat(awaitClosed()).satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(cause).hasMessageContaining("larger than 4194304 bytes");
        });
    }

    @Test
    void shouldTakeAMessageOfTheLargestSize() {
        RawPeer peer = connect(listen(), "1");

        peer.send(new byte[ControlPlane.MAX_MESSAGE_BYTES]);

        assertThat(awaitClosed()).hasMessageContaining("4194304 bytes that are no message");
    }

    @Test
    void shouldRefuseCompressedMessages() throws Exception {
        ControlAddress address = listen();
        RawPeer peer = new RawPeer(address, "1", CallOptions.DEFAULT.withCompression("gzip"));
        open.add(peer);

        peer.sendCompressed(new byte[100_000]);

        assertThat(peer.awaitEnd().isOk()).isFalse();
        Polling.during(plane, log, Duration.ofMillis(100));
        assertThat(log.size()).isZero();
    }

    @Test
    void shouldHoldBackAFlood() throws Exception {
        RawPeer peer = connect(listen(), "1");
        peer.awaitHeaders();
        byte[] message = ControlEncoder.encode(new Goodbye(1, "x".repeat(4000)));

        // Nobody polls: what is sent stays with gRPC, and then with the peer.
        int sent = 0;
        long deadlineNs = System.nanoTime() + Duration.ofMillis(500).toNanos();
        while (System.nanoTime() - deadlineNs < 0 && sent < 10_000) {
            if (peer.hasRoom()) {
                peer.send(message);
                sent++;
            } else {
                Thread.sleep(1);
            }
        }

        // A flow-control window of 1 MiB, some messages ahead, and the peer's own buffers.
        assertThat((long) sent * message.length).isLessThan(3 << 20);
        // The loop comes back and loses nothing.
        int all = sent;
        Polling.until(
                plane,
                log,
                PATIENCE,
                () -> log.all(ControlEventLog.Received.class).size() == all);
    }

    @Test
    void shouldRefuseLinksBeyondTheLimit() throws Exception {
        ControlAddress address = listen();
        for (int i = 0; i < MAX_LINKS; i++) {
            connect(address, "1").awaitHeaders();
        }

        Status refused = connect(address, "1").awaitEnd();

        assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.getDescription()).contains("it has 4 links and takes no more");
    }

    @Test
    void shouldSayToTheInitiatorThatThereIsNoRoom() throws Exception {
        ControlAddress address = listen();
        for (int i = 0; i < MAX_LINKS; i++) {
            connect(address, "1").awaitHeaders();
        }

        try (ControlPlane initiator = new GrpcControlPlane()) {
            ControlEventLog seen = new ControlEventLog();
            ControlLink link = initiator.connect(address);
            Polling.until(initiator, seen, PATIENCE, () -> seen.isClosed(link));

            assertThat(seen.all(Closed.class).get(0).cause()).satisfies(cause -> {
                assertThat(cause.kind()).isEqualTo(FailureKind.PEER_LOST);
                assertThat(cause).hasMessageContaining("it has 4 links and takes no more");
            });
        }
    }

    @Test
    void shouldCountALinkUntilItsEndWasPolled() throws Exception {
        ControlAddress address = listen();
        // Peers come and go while the loop is busy elsewhere: their events must not pile up.
        for (int i = 0; i < MAX_LINKS; i++) {
            RawPeer peer = connect(address, "1");
            peer.awaitHeaders();
            peer.close();
        }
        Thread.sleep(100);
        assertThat(connect(address, "1").awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        Polling.until(plane, log, PATIENCE, () -> log.all(Closed.class).size() == MAX_LINKS);

        connect(address, "1").awaitHeaders();
    }

    @Test
    void shouldReportACancelledCallAsALostPeer() throws Exception {
        RawPeer peer = connect(listen(), "1");
        peer.awaitHeaders();

        peer.close();

        assertThat(awaitClosed().kind()).isEqualTo(FailureKind.PEER_LOST);
    }

    @Test
    void shouldFailOnAnAcceptorThatSendsWhatIsNoMessage() throws Exception {
        ControlAddress address = serve((call, headers) -> {
            Metadata version = new Metadata();
            version.put(RawPeer.VERSION, "7");
            call.sendHeaders(version);
            call.sendMessage(UNKNOWN_KIND);
            return new ServerCall.Listener<>() {};
        });

        plane.connect(address);

        assertThat(awaitClosed()).satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(cause).hasMessageContaining(address.toString());
            assertThat(cause).hasMessageContaining("speaks protocol version 7, this node 1");
        });
        assertThat(log.all(Connected.class)).hasSize(1);
    }

    @Test
    void shouldFailOnAnAcceptorThatSendsTooMuch() throws Exception {
        plane.connect(serve((call, headers) -> {
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[ControlPlane.MAX_MESSAGE_BYTES + 1]);
            return new ServerCall.Listener<>() {};
        }));

        assertThat(awaitClosed().kind()).isEqualTo(FailureKind.PROTOCOL);
    }

    @Test
    void shouldNotPrintControlCharactersOfAPeer() throws Exception {
        plane.connect(serve((call, headers) -> {
            call.close(Status.ABORTED.withDescription("\u001b[2J" + "x".repeat(5000)), new Metadata());
            return new ServerCall.Listener<>() {};
        }));

        assertThat(awaitClosed().getMessage())
                .doesNotContain("\u001b")
                .hasSizeLessThan(400)
                .contains("[2Jxxx");
    }

    @Test
    void shouldSayWhenAnotherServiceListensThere() throws Exception {
        Server other = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .build()
                .start();
        open.add(other::shutdownNow);

        plane.connect(new ControlAddress("127.0.0.1", other.getPort()));

        assertThat(awaitClosed()).satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(cause).hasMessageContaining("is no Penstock node");
        });
    }

    @Test
    void shouldSayWhenWhatListensThereSpeaksNoHttp2() throws Exception {
        plane.connect(answer(socket -> write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n")));

        assertThat(awaitClosed()).satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(cause).hasMessageContaining("is no Penstock node");
        });
    }

    @Test
    void shouldReportAnAcceptorThatHangsUpAsLost() throws Exception {
        plane.connect(answer(socket -> {}));

        assertThat(awaitClosed().kind()).isEqualTo(FailureKind.PEER_LOST);
    }

    @Test
    void shouldLeaveAnAcceptorThatSaysNothing() throws Exception {
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(silent);
        ControlLink link = plane.connect(new ControlAddress("127.0.0.1", silent.getLocalPort()));
        Socket accepted = silent.accept();
        open.add(accepted);
        accepted.setSoTimeout((int) PATIENCE.toMillis());

        plane.close(link);

        // The connection ends although the peer never answers.
        assertThat(accepted.getInputStream().readAllBytes()).isNotNull();
        Polling.during(plane, log, Duration.ofMillis(100));
        assertThat(log.size()).isZero();
    }

    private ControlAddress listen() {
        return plane.listen(new ControlAddress("127.0.0.1", 0));
    }

    private RawPeer connect(ControlAddress address, String version) {
        RawPeer peer = new RawPeer(address, version);
        open.add(peer);
        return peer;
    }

    private KvTransferException awaitClosed() {
        Polling.until(plane, log, PATIENCE, () -> !log.all(Closed.class).isEmpty());
        return log.all(Closed.class).get(0).cause();
    }

    private ControlAddress serve(ServerCallHandler<byte[], byte[]> handler) throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(ServerServiceDefinition.builder(LinkProtocol.SERVICE)
                        .addMethod(LinkProtocol.LINK, handler)
                        .build())
                .build()
                .start();
        open.add(server::shutdownNow);
        return new ControlAddress("127.0.0.1", server.getPort());
    }

    /** Accepts one connection, does what it is told and closes it. */
    private ControlAddress answer(Consumer<Socket> behaviour) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                behaviour.accept(socket);
            } catch (IOException closed) {
                // The test is over.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
        return new ControlAddress("127.0.0.1", server.getLocalPort());
    }

    private static void write(Socket socket, String text) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Thread.sleep(100);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
