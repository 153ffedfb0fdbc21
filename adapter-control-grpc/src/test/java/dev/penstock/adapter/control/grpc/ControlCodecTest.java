// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import dev.penstock.adapter.control.grpc.proto.Wire;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.Mismatch;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.Refusal;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.control.Welcome;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.control.ControlMessages;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControlCodecTest {
    private static final String PEER = "10.11.12.13:14 (which speaks protocol version 9, this node 1)";

    @Test
    void shouldReadWhatItWrote() {
        Seeds.run(random -> {
            for (int i = 0; i < 1000; i++) {
                ControlMessage message = ControlMessages.random(random);
                ControlMessage read = ControlDecoder.decode(ControlEncoder.encode(message), PEER);
                assertThat(ControlMessages.contents(read)).isEqualTo(ControlMessages.contents(message));
            }
        });
    }

    @Test
    void shouldReadRandomBytesOrFailWithProtocol() {
        Seeds.run(random -> {
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                assertReadableOrProtocol(bytes);
            }
        });
    }

    @Test
    void shouldReadDamagedMessagesOrFailWithProtocol() {
        Seeds.run(random -> {
            for (int i = 0; i < 200; i++) {
                byte[] bytes = ControlEncoder.encode(ControlMessages.random(random));
                for (int n = 0; n < (bytes.length <= 5000 ? 100 : 1); n++) {
                    assertReadableOrProtocol(damaged(bytes, random));
                }
            }
        });
    }

    @Test
    void shouldReadEveryPrefixOrFailWithProtocol() {
        Seeds.run(random -> {
            for (int kind = 0; kind < ControlMessages.KINDS; kind++) {
                byte[] bytes = ControlEncoder.encode(ControlMessages.ofKind(kind, random));
                for (int length = 0; length < Math.min(bytes.length, 2000); length++) {
                    assertReadableOrProtocol(Arrays.copyOf(bytes, length));
                }
            }
        });
    }

    /** The bytes of each kind, so that nobody changes them without noticing. */
    static Stream<Arguments> wireFormat() {
        SessionTerms terms = new SessionTerms("s", "t", "m", "o", "l", "d", 256, "h", "g");
        Optional<RingGeometry> ring = Optional.of(new RingGeometry(new RegionId(3), 512, 4));
        return Stream.of(
                Arguments.of(
                        new Hello(1, new NodeId("a"), terms, new byte[] {7, 8}, ring),
                        "0a2f0801120161" + "1a1b0a0173120174" + "1a016d22016f2a016c3201643880024201684a0167"
                                + "22020708" + "2a07080310800418" + "04"),
                Arguments.of(
                        new Welcome(2, new NodeId("b"), new byte[] {9}, Optional.empty()),
                        "120f" + "090200000000000000" + "120162" + "1a0109"),
                Arguments.of(
                        new Refusal("r", List.of(new Mismatch("t", "a", "i"))),
                        "1a0e" + "0a0172" + "12090a01741201611a0169"),
                Arguments.of(new Ready(3), "2209" + "090300000000000000"),
                Arguments.of(new Heartbeat(-1), "2a09" + "09ffffffffffffffff"),
                Arguments.of(new Goodbye(4, "x"), "320c" + "090400000000000000" + "120178"),
                Arguments.of(
                        new BackendCall(5, BackendOperation.FETCH, List.of("k", "l")),
                        "3a0a" + "0805" + "1003" + "1a016b" + "1a016c"),
                Arguments.of(
                        new BackendCall(5, BackendOperation.LEASE, List.of("k"), 300),
                        "3a0a" + "0805" + "1004" + "1a016b" + "20ac02"),
                Arguments.of(new BackendReply(6, List.of(true, false)), "4206" + "0806" + "12020100"));
    }

    @ParameterizedTest
    @MethodSource("wireFormat")
    void shouldKeepTheWireFormat(ControlMessage message, String hex) {
        assertThat(HexFormat.of().formatHex(ControlEncoder.encode(message))).isEqualTo(hex);
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                envelope("it is empty", wire -> {}),
                envelope("Hello.terms is missing", wire -> wire.setHello(hello().clearTerms())),
                envelope("Hello.protocol_version", wire -> wire.setHello(hello().setProtocolVersion(0))),
                envelope("Hello.protocol_version", wire -> wire.setHello(hello().setProtocolVersion(-1))),
                envelope("Hello.node", wire -> wire.setHello(hello().setNode(""))),
                envelope("Hello.node", wire -> wire.setHello(hello().setNode("with space"))),
                envelope("Hello.node", wire -> wire.setHello(hello().setNode("n".repeat(65)))),
                envelope(
                        "Hello.transport_descriptor has 1048577 bytes",
                        wire -> wire.setHello(hello().setTransportDescriptor(bytes(Hello.MAX_DESCRIPTOR_BYTES + 1)))),
                envelope(
                        "SessionTerms.chunk_tokens",
                        wire -> wire.setHello(
                                hello().setTerms(Wire.SessionTerms.newBuilder().setChunkTokens(-1)))),
                envelope(
                        "SessionTerms.memory_kind has 513 characters",
                        wire -> wire.setHello(
                                hello().setTerms(Wire.SessionTerms.newBuilder().setMemoryKind("m".repeat(513))))),
                envelope("Hello.ring.region", wire -> wire.setHello(hello().setRing(ring().setRegion(0)))),
                envelope("Hello.ring.region", wire -> wire.setHello(hello().setRing(ring().setRegion(-1)))),
                envelope("Hello.ring.page_bytes", wire -> wire.setHello(hello().setRing(ring().setPageBytes(0)))),
                envelope("Hello.ring.page_bytes", wire -> wire.setHello(hello().setRing(ring().setPageBytes(255)))),
                envelope("Hello.ring.page_bytes", wire -> wire.setHello(hello().setRing(ring().setPageBytes(-256)))),
                envelope(
                        "Hello.ring.page_bytes",
                        wire -> wire.setHello(hello().setRing(ring().setPageBytes(RingGeometry.MAX_PAGE_BYTES + 256)))),
                envelope("Hello.ring.pages", wire -> wire.setHello(hello().setRing(ring().setPages(0)))),
                envelope(
                        "Hello.ring.pages",
                        wire -> wire.setHello(hello().setRing(ring().setPages(RingGeometry.MAX_PAGES + 1)))),
                envelope("Hello.ring.pages", wire -> wire.setHello(hello().setRing(ring().setPages(-1)))),
                envelope("Welcome.epoch", wire -> wire.setWelcome(welcome().setEpoch(0))),
                envelope("Welcome.node", wire -> wire.setWelcome(welcome().setNode("\u0000"))),
                envelope(
                        "Welcome.transport_descriptor",
                        wire -> wire.setWelcome(
                                welcome().setTransportDescriptor(bytes(Hello.MAX_DESCRIPTOR_BYTES + 1)))),
                envelope("Welcome.ring.pages", wire -> wire.setWelcome(welcome().setRing(ring().setPages(0)))),
                envelope(
                        "Refusal.reason has 4097 characters",
                        wire -> wire.setRefusal(Wire.Refusal.newBuilder().setReason("r".repeat(4097)))),
                envelope(
                        "Refusal.mismatches has 65 entries",
                        wire -> wire.setRefusal(Wire.Refusal.newBuilder()
                                .addAllMismatches(Collections.nCopies(65, Wire.Mismatch.getDefaultInstance())))),
                envelope(
                        "Mismatch.initiator has 513 characters",
                        wire -> wire.setRefusal(Wire.Refusal.newBuilder()
                                .addMismatches(Wire.Mismatch.newBuilder().setInitiator("i".repeat(513))))),
                envelope(
                        "Goodbye.reason has 4097 characters",
                        wire -> wire.setGoodbye(Wire.Goodbye.newBuilder().setReason("r".repeat(4097)))),
                envelope("no BackendCall.operation 0", wire -> wire.setBackendCall(Wire.BackendCall.newBuilder())),
                envelope(
                        "no BackendCall.operation 6",
                        wire -> wire.setBackendCall(
                                Wire.BackendCall.newBuilder().setOperationValue(6))),
                envelope(
                        "LEASE for 0 ns",
                        wire -> wire.setBackendCall(
                                call().setOperation(Wire.BackendOperation.BACKEND_OPERATION_LEASE))),
                envelope(
                        "LEASE for -1 ns",
                        wire -> wire.setBackendCall(call().setOperation(Wire.BackendOperation.BACKEND_OPERATION_LEASE)
                                .setLeaseNanos(-1))),
                envelope("CONTAINS for 1 ns", wire -> wire.setBackendCall(call().setLeaseNanos(1))),
                envelope("keys is empty", wire -> wire.setBackendCall(call().addKeys(""))),
                envelope("more than 4096 bytes", wire -> wire.setBackendCall(call().addKeys("k".repeat(4097)))),
                envelope("more than 4096 bytes", wire -> wire.setBackendCall(call().addKeys("\u20ac".repeat(1366)))),
                envelope(
                        "BackendCall.keys has 16385 entries",
                        wire -> wire.setBackendCall(call().addAllKeys(Collections.nCopies(16_385, "k")))),
                envelope(
                        "BackendReply.hits has 16385 entries",
                        wire -> wire.setBackendReply(
                                Wire.BackendReply.newBuilder().addAllHits(Collections.nCopies(16_385, true)))));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void shouldNameWhatIsNotAllowed(String what, Wire.Envelope envelope) {
        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> ControlDecoder.decode(envelope.toByteArray(), PEER))
                .withMessageContaining(what)
                .satisfies(ControlCodecTest::assertProtocol);
    }

    @Test
    void shouldNameTheNumberOfAnUnknownKind() {
        byte[] newer = HexFormat.of().parseHex("7a00");

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> ControlDecoder.decode(newer, PEER))
                .withMessageContaining("knows no kind 15")
                .satisfies(ControlCodecTest::assertProtocol);
    }

    @Test
    void shouldPassOverUnknownFields() {
        byte[] newer = HexFormat.of().parseHex("2a0b" + "090500000000000000" + "7801");

        assertThat(ControlDecoder.decode(newer, PEER)).isEqualTo(new Heartbeat(5));
    }

    @Test
    void shouldNotAcceptTextThatIsNoUtf8() {
        byte[] noUtf8 = HexFormat.of().parseHex("320d" + "090400000000000000" + "1202c328");

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> ControlDecoder.decode(noUtf8, PEER))
                .satisfies(ControlCodecTest::assertProtocol);
    }

    @Test
    void shouldAcceptTheLongestKeys() {
        BackendCall call =
                new BackendCall(1, BackendOperation.REMOVE, List.of("k".repeat(4096), "\u20ac".repeat(1365) + "k"));

        assertThat(ControlDecoder.decode(ControlEncoder.encode(call), PEER)).isEqualTo(call);
    }

    @Test
    void shouldCutTextsForPeople() {
        String mismatching = "x".repeat(600);
        Refusal refusal = new Refusal(
                "r".repeat(4095) + "\ud83d\ude80",
                Collections.nCopies(70, new Mismatch("t", mismatching, mismatching)));

        Refusal read = (Refusal) ControlDecoder.decode(ControlEncoder.encode(refusal), PEER);

        assertThat(read.reason()).isEqualTo("r".repeat(4095));
        assertThat(read.mismatches())
                .isEqualTo(Collections.nCopies(64, new Mismatch("t", "x".repeat(512), "x".repeat(512))));
    }

    @Test
    void shouldNotWriteWhatItWouldNotRead() {
        for (String key : List.of("", "k".repeat(4097), "\u20ac".repeat(1366))) {
            BackendCall call = new BackendCall(1, BackendOperation.CONTAINS, List.of(key));
            assertThatIllegalArgumentException().isThrownBy(() -> ControlEncoder.encode(call));
        }
        BackendReply reply = new BackendReply(1, Collections.nCopies(16_385, true));
        assertThatIllegalArgumentException().isThrownBy(() -> ControlEncoder.encode(reply));
    }

    private static void assertReadableOrProtocol(byte[] bytes) {
        ControlMessage message;
        try {
            message = ControlDecoder.decode(bytes, PEER);
        } catch (KvTransferException failure) {
            assertProtocol(failure);
            return;
        }
        ControlMessage again = ControlDecoder.decode(ControlEncoder.encode(message), PEER);
        assertThat(ControlMessages.contents(again)).isEqualTo(ControlMessages.contents(message));
    }

    private static void assertProtocol(KvTransferException failure) {
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageStartingWith(PEER + " sent ");
        assertThat(failure.getMessage()).hasSizeLessThan(400);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int i = 1 + random.nextInt(4); i > 0 && damaged.length > 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> damaged[at] = (byte) random.nextInt();
                case 2 -> damaged = Arrays.copyOf(damaged, at);
                default -> {
                    int length = random.nextInt(damaged.length - at + 1);
                    System.arraycopy(damaged, at, damaged, random.nextInt(damaged.length - length + 1), length);
                }
            }
        }
        return damaged;
    }

    private static Arguments envelope(String what, Consumer<Wire.Envelope.Builder> change) {
        Wire.Envelope.Builder envelope = Wire.Envelope.newBuilder();
        change.accept(envelope);
        return Arguments.of(what, envelope.build());
    }

    private static Wire.Hello.Builder hello() {
        return Wire.Hello.newBuilder()
                .setProtocolVersion(1)
                .setNode("n")
                .setTerms(Wire.SessionTerms.getDefaultInstance());
    }

    private static Wire.Welcome.Builder welcome() {
        return Wire.Welcome.newBuilder().setEpoch(1).setNode("n");
    }

    private static Wire.RingGeometry.Builder ring() {
        return Wire.RingGeometry.newBuilder().setRegion(1).setPageBytes(256).setPages(1);
    }

    private static Wire.BackendCall.Builder call() {
        return Wire.BackendCall.newBuilder().setOperation(Wire.BackendOperation.BACKEND_OPERATION_CONTAINS);
    }

    private static ByteString bytes(int length) {
        return ByteString.copyFrom(new byte[length]);
    }
}
