// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.control.ProtocolVersion;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * The one call of the service in control.proto, with messages as bytes: gRPC answers a message that can't be parsed by
 * ending the call with a status that tells nobody what was wrong, so parsing is left to {@link ControlDecoder}.
 */
final class LinkProtocol {
    static final String SERVICE = "penstock.control.v1.Control";
    static final MethodDescriptor<byte[], byte[]> LINK = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Link"))
            .build();

    private static final Metadata.Key<String> VERSION =
            Metadata.Key.of("penstock-protocol-version", Metadata.ASCII_STRING_MARSHALLER);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private LinkProtocol() {}

    /** The headers that each side sends. */
    static Metadata headers() {
        Metadata headers = new Metadata();
        headers.put(VERSION, Integer.toString(ProtocolVersion.CURRENT));
        return headers;
    }

    /** The version in a peer's headers, or 0. */
    static int version(Metadata headers) {
        String text = headers.get(VERSION);
        return text != null && NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    }

    /** Leaves messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException("a message in memory can't be read", impossible);
            }
        }
    }
}
