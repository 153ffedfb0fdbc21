// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static dev.penstock.adapter.control.grpc.ControlLimits.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns bytes from the wire into messages. Nothing in them is believed: each field is checked against its limit before it
 * is used, and no failure's message quotes more than a number of what a peer sent.
 */
final class ControlDecoder {
    /** Fields that this version does not know are passed over; kept, they would take many times their size in memory. */
    private static final Parser<Wire.Envelope> PARSER = DiscardUnknownFieldsParser.wrap(Wire.Envelope.parser());

    private ControlDecoder() {}

    /**
     * The message of {@code bytes}.
     *
     * @param peer who sent it, for the failure's message
     * @throws KvTransferException of kind PROTOCOL, naming the peer and what is wrong, if the bytes are no message or one
     *     that exceeds a limit
     */
    static ControlMessage decode(byte[] bytes, String peer) {
        try {
            return message(PARSER.parseFrom(bytes), bytes);
        } catch (IOException failure) {
            throw unreadable(peer, bytes.length + " bytes that are no message: " + failure.getMessage(), failure);
        } catch (IllegalArgumentException failure) {
            throw unreadable(peer, "a message that is not allowed: " + failure.getMessage(), failure);
        }
    }

    private static KvTransferException unreadable(String peer, String what, Exception cause) {
        return new KvTransferException(FailureKind.PROTOCOL, "read a control message", peer + " sent " + what, cause);
    }

    private static ControlMessage message(Wire.Envelope envelope, byte[] bytes) throws IOException {
        return switch (envelope.getMessageCase()) {
            case HELLO -> hello(envelope.getHello());
            case WELCOME -> welcome(envelope.getWelcome());
            case REFUSAL -> refusal(envelope.getRefusal());
            case READY -> new Ready(envelope.getReady().getEpoch());
            case HEARTBEAT -> new Heartbeat(envelope.getHeartbeat().getEpoch());
            case GOODBYE -> goodbye(envelope.getGoodbye());
            case BACKEND_CALL -> backendCall(envelope.getBackendCall());
            case BACKEND_REPLY -> backendReply(envelope.getBackendReply());
            case MESSAGE_NOT_SET -> throw new IllegalArgumentException(unknownKind(bytes));
        };
    }

    private static String unknownKind(byte[] bytes) throws IOException {
        int tag = CodedInputStream.newInstance(bytes).readTag();
        return tag == 0 ? "it is empty" : "this version knows no kind " + WireFormat.getTagFieldNumber(tag);
    }

    private static Hello hello(Wire.Hello wire) {
        check(wire.getProtocolVersion() > 0, "Hello.protocol_version is not positive");
        check(wire.hasTerms(), "Hello.terms is missing");
        return new Hello(
                wire.getProtocolVersion(),
                node("Hello.node", wire.getNode()),
                terms(wire.getTerms()),
                descriptor("Hello.transport_descriptor", wire.getTransportDescriptor()),
                wire.hasRing() ? Optional.of(ring("Hello.ring", wire.getRing())) : Optional.empty());
    }

    private static SessionTerms terms(Wire.SessionTerms wire) {
        check(wire.getChunkTokens() >= 0, "SessionTerms.chunk_tokens exceeds 2^31 - 1");
        return new SessionTerms(
                term("service", wire.getService()),
                term("transport", wire.getTransport()),
                term("memory_kind", wire.getMemoryKind()),
                term("model", wire.getModel()),
                term("layout", wire.getLayout()),
                term("dtype", wire.getDtype()),
                wire.getChunkTokens(),
                term("hash", wire.getHash()),
                term("digest", wire.getDigest()));
    }

    private static String term(String name, String text) {
        return text("SessionTerms." + name, text, SessionTerms.MAX_TEXT);
    }

    private static Welcome welcome(Wire.Welcome wire) {
        check(wire.getEpoch() != 0, "Welcome.epoch is 0");
        return new Welcome(
                wire.getEpoch(),
                node("Welcome.node", wire.getNode()),
                descriptor("Welcome.transport_descriptor", wire.getTransportDescriptor()),
                wire.hasRing() ? Optional.of(ring("Welcome.ring", wire.getRing())) : Optional.empty());
    }

    private static RingGeometry ring(String field, Wire.RingGeometry wire) {
        check(wire.getRegion() > 0, field + ".region is not 1 to 2^31 - 1");
        long pageBytes = wire.getPageBytes();
        check(
                pageBytes > 0 && pageBytes <= RingGeometry.MAX_PAGE_BYTES && pageBytes % RingGeometry.ALIGNMENT == 0,
                field + ".page_bytes is no positive multiple of 256 up to 2^40 but "
                        + Long.toUnsignedString(pageBytes));
        check(
                wire.getPages() > 0 && wire.getPages() <= RingGeometry.MAX_PAGES,
                field + ".pages is not 1 to 2^20 but " + Integer.toUnsignedString(wire.getPages()));
        return new RingGeometry(new RegionId(wire.getRegion()), pageBytes, wire.getPages());
    }

    private static Refusal refusal(Wire.Refusal wire) {
        ControlLimits.checkCount("Refusal.mismatches", wire.getMismatchesCount(), ControlLimits.MAX_MISMATCHES);
        List<Mismatch> mismatches = new ArrayList<>(wire.getMismatchesCount());
        for (Wire.Mismatch mismatch : wire.getMismatchesList()) {
            mismatches.add(new Mismatch(
                    text("Mismatch.term", mismatch.getTerm(), ControlLimits.MAX_MISMATCH_TEXT),
                    text("Mismatch.acceptor", mismatch.getAcceptor(), ControlLimits.MAX_MISMATCH_TEXT),
                    text("Mismatch.initiator", mismatch.getInitiator(), ControlLimits.MAX_MISMATCH_TEXT)));
        }
        return new Refusal(text("Refusal.reason", wire.getReason(), ControlLimits.MAX_REASON), mismatches);
    }

    private static Goodbye goodbye(Wire.Goodbye wire) {
        return new Goodbye(wire.getEpoch(), text("Goodbye.reason", wire.getReason(), ControlLimits.MAX_REASON));
    }

    private static BackendCall backendCall(Wire.BackendCall wire) {
        ControlLimits.checkCount("BackendCall.keys", wire.getKeysCount(), BackendCall.MAX_KEYS);
        ControlLimits.checkKeys(wire.getKeysList());
        return new BackendCall(wire.getCallId(), operation(wire), wire.getKeysList(), wire.getLeaseNanos());
    }

    private static BackendOperation operation(Wire.BackendCall wire) {
        return switch (wire.getOperation()) {
            case BACKEND_OPERATION_CONTAINS -> BackendOperation.CONTAINS;
            case BACKEND_OPERATION_REMOVE -> BackendOperation.REMOVE;
            case BACKEND_OPERATION_FETCH -> BackendOperation.FETCH;
            case BACKEND_OPERATION_LEASE -> BackendOperation.LEASE;
            case BACKEND_OPERATION_RELEASE -> BackendOperation.RELEASE;
            case BACKEND_OPERATION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "this version knows no BackendCall.operation " + wire.getOperationValue());
        };
    }

    private static BackendReply backendReply(Wire.BackendReply wire) {
        ControlLimits.checkCount("BackendReply.hits", wire.getHitsCount(), BackendCall.MAX_KEYS);
        return new BackendReply(wire.getCallId(), wire.getHitsList());
    }

    private static NodeId node(String field, String text) {
        try {
            return new NodeId(text(field, text, 64));
        } catch (IllegalArgumentException failure) {
            // The record's own message quotes the text, which may hold anything.
            throw new IllegalArgumentException(
                    field + " is not 1 to 64 letters, digits, dots, hyphens and underscores", failure);
        }
    }

    private static byte[] descriptor(String field, ByteString bytes) {
        check(
                bytes.size() <= Hello.MAX_DESCRIPTOR_BYTES,
                field + " has " + bytes.size() + " bytes; at most " + Hello.MAX_DESCRIPTOR_BYTES);
        return bytes.toByteArray();
    }

    private static String text(String field, String text, int maxChars) {
        check(text.length() <= maxChars, field + " has " + text.length() + " characters; at most " + maxChars);
        return text;
    }
}
