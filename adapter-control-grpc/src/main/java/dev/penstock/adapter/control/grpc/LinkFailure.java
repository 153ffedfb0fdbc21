// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlPlane;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import java.net.ConnectException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** What a gRPC status means to a link. */
final class LinkFailure {
    private LinkFailure() {}

    /** The failure of a link that was up. */
    static KvTransferException whileOpen(Status status, String peer) {
        String operation = "talk to a node";
        return switch (status.getCode()) {
            case RESOURCE_EXHAUSTED ->
                failure(
                        FailureKind.PROTOCOL,
                        operation,
                        peer + " sent a message larger than " + ControlPlane.MAX_MESSAGE_BYTES + " bytes"
                                + detail(status),
                        status);
            case INTERNAL, UNIMPLEMENTED ->
                failure(FailureKind.PROTOCOL, operation, peer + " broke the rules of gRPC" + detail(status), status);
            case INVALID_ARGUMENT ->
                failure(
                        FailureKind.PEER_LOST,
                        operation,
                        peer + " ended the link since it could not read what this node sent" + detail(status),
                        status);
            default ->
                causedBy(status, Http2Exception.class)
                        ? failure(
                                FailureKind.PROTOCOL,
                                operation,
                                peer + " broke the rules of HTTP/2" + detail(status),
                                status)
                        : failure(
                                FailureKind.PEER_LOST,
                                operation,
                                "the link to " + peer + " broke" + detail(status),
                                status);
        };
    }

    /** The failure of a link that never came up. */
    static KvTransferException whileConnecting(Status status, String address) {
        String operation = "connect to a node";
        if (causedBy(status, ConnectException.class)) {
            return failure(
                    FailureKind.PEER_LOST,
                    operation,
                    "nothing listens at " + address + ": start the node there, or correct the address",
                    status);
        }
        boolean foreign = status.getCode() == Status.Code.UNIMPLEMENTED
                || status.getCode() == Status.Code.INTERNAL
                || (causedBy(status, Http2Exception.class) && !causedBy(status, SocketException.class));
        if (foreign) {
            return failure(
                    FailureKind.PROTOCOL,
                    operation,
                    "what listens at " + address
                            + " is no Penstock node, or one of another protocol: correct the address" + detail(status),
                    status);
        }
        return failure(FailureKind.PEER_LOST, operation, address + " could not be reached" + detail(status), status);
    }

    private static KvTransferException failure(FailureKind kind, String operation, String message, Status status) {
        return new KvTransferException(kind, operation, message, status.asRuntimeException());
    }

    /** gRPC's own words; some of them are the peer's. */
    private static String detail(Status status) {
        String description = status.getDescription();
        if (description == null) {
            return " (" + status.getCode() + ")";
        }
        String printable = description.replaceAll("\\p{Cntrl}", " ");
        return " (" + (printable.length() <= 256 ? printable : printable.substring(0, 256) + "...") + ")";
    }

    private static boolean causedBy(Status status, Class<? extends Throwable> kind) {
        @Nullable Throwable cause = status.getCause();
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (kind.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
