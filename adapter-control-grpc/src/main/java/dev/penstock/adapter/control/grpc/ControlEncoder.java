// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.penstock.adapter.control.grpc.proto.Wire;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.Mismatch;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.Refusal;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.control.Welcome;
import java.util.List;

/** Turns messages into their bytes on the wire. What {@link ControlDecoder} would not take is not sent. */
final class ControlEncoder {
    private ControlEncoder() {}

    /**
     * The message's bytes. Texts that are only for people to read are cut to their limit: a long story must not cost the
     * message it comes with.
     *
     * @throws IllegalArgumentException if the message, a key or a list of it is too large
     */
    static byte[] encode(ControlMessage message) {
        Wire.Envelope envelope = envelope(message);
        int lengthBytes = envelope.getSerializedSize();
        if (lengthBytes > ControlPlane.MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a " + message.getClass().getSimpleName() + " of " + lengthBytes
                    + " bytes; at most " + ControlPlane.MAX_MESSAGE_BYTES);
        }
        return envelope.toByteArray();
    }

    private static Wire.Envelope envelope(ControlMessage message) {
        Wire.Envelope.Builder envelope = Wire.Envelope.newBuilder();
        if (message instanceof Heartbeat heartbeat) {
            envelope.setHeartbeat(Wire.Heartbeat.newBuilder().setEpoch(heartbeat.epoch()));
        } else if (message instanceof BackendCall call) {
            envelope.setBackendCall(backendCall(call));
        } else if (message instanceof BackendReply reply) {
            envelope.setBackendReply(backendReply(reply));
        } else if (message instanceof Hello hello) {
            envelope.setHello(hello(hello));
        } else if (message instanceof Welcome welcome) {
            envelope.setWelcome(welcome(welcome));
        } else if (message instanceof Refusal refusal) {
            envelope.setRefusal(refusal(refusal));
        } else if (message instanceof Ready ready) {
            envelope.setReady(Wire.Ready.newBuilder().setEpoch(ready.epoch()));
        } else if (message instanceof Goodbye goodbye) {
            envelope.setGoodbye(Wire.Goodbye.newBuilder()
                    .setEpoch(goodbye.epoch())
                    .setReason(cut(goodbye.reason(), ControlLimits.MAX_REASON)));
        } else {
            throw new AssertionError("a message of unknown kind: " + message.getClass());
        }
        return envelope.build();
    }

    private static Wire.Hello hello(Hello hello) {
        Wire.Hello.Builder wire = Wire.Hello.newBuilder()
                .setProtocolVersion(hello.protocolVersion())
                .setNode(hello.node().value())
                .setTerms(terms(hello.terms()))
                .setTransportDescriptor(bytes(hello.descriptor()));
        hello.ring().ifPresent(ring -> wire.setRing(ring(ring)));
        return wire.build();
    }

    private static Wire.SessionTerms terms(SessionTerms terms) {
        return Wire.SessionTerms.newBuilder()
                .setService(terms.service())
                .setTransport(terms.transport())
                .setMemoryKind(terms.memoryKind())
                .setModel(terms.model())
                .setLayout(terms.layout())
                .setDtype(terms.dtype())
                .setChunkTokens(terms.chunkTokens())
                .setHash(terms.hash())
                .setDigest(terms.digest())
                .build();
    }

    private static Wire.RingGeometry ring(RingGeometry ring) {
        return Wire.RingGeometry.newBuilder()
                .setRegion(ring.region().value())
                .setPageBytes(ring.pageBytes())
                .setPages(ring.pages())
                .build();
    }

    private static Wire.Welcome welcome(Welcome welcome) {
        Wire.Welcome.Builder wire = Wire.Welcome.newBuilder()
                .setEpoch(welcome.epoch())
                .setNode(welcome.node().value())
                .setTransportDescriptor(bytes(welcome.descriptor()));
        welcome.ring().ifPresent(ring -> wire.setRing(ring(ring)));
        return wire.build();
    }

    private static Wire.Refusal refusal(Refusal refusal) {
        Wire.Refusal.Builder wire =
                Wire.Refusal.newBuilder().setReason(cut(refusal.reason(), ControlLimits.MAX_REASON));
        List<Mismatch> mismatches = refusal.mismatches();
        for (Mismatch mismatch : mismatches.subList(0, Math.min(mismatches.size(), ControlLimits.MAX_MISMATCHES))) {
            wire.addMismatches(Wire.Mismatch.newBuilder()
                    .setTerm(cut(mismatch.term(), ControlLimits.MAX_MISMATCH_TEXT))
                    .setAcceptor(cut(mismatch.acceptor(), ControlLimits.MAX_MISMATCH_TEXT))
                    .setInitiator(cut(mismatch.initiator(), ControlLimits.MAX_MISMATCH_TEXT)));
        }
        return wire.build();
    }

    private static Wire.BackendCall backendCall(BackendCall call) {
        ControlLimits.checkKeys(call.keys());
        return Wire.BackendCall.newBuilder()
                .setCallId(call.callId())
                .setOperation(operation(call.operation()))
                .addAllKeys(call.keys())
                .setLeaseNanos(call.leaseNanos())
                .build();
    }

    private static Wire.BackendOperation operation(BackendOperation operation) {
        return switch (operation) {
            case CONTAINS -> Wire.BackendOperation.BACKEND_OPERATION_CONTAINS;
            case REMOVE -> Wire.BackendOperation.BACKEND_OPERATION_REMOVE;
            case FETCH -> Wire.BackendOperation.BACKEND_OPERATION_FETCH;
            case LEASE -> Wire.BackendOperation.BACKEND_OPERATION_LEASE;
            case RELEASE -> Wire.BackendOperation.BACKEND_OPERATION_RELEASE;
        };
    }

    private static Wire.BackendReply backendReply(BackendReply reply) {
        ControlLimits.checkCount("BackendReply.hits", reply.hits().size(), BackendCall.MAX_KEYS);
        return Wire.BackendReply.newBuilder()
                .setCallId(reply.callId())
                .addAllHits(reply.hits())
                .build();
    }

    /** Wraps instead of copying: nobody changes a descriptor. */
    private static ByteString bytes(byte[] descriptor) {
        return UnsafeByteOperations.unsafeWrap(descriptor);
    }

    private static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        // Not between the halves of a character: half of one has no UTF-8.
        int end = Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
        return text.substring(0, end);
    }
}
