// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.control.ControlAddress;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer that speaks gRPC, and beside that sends what it likes. */
final class RawPeer implements AutoCloseable {
    static final Metadata.Key<String> VERSION =
            Metadata.Key.of("penstock-protocol-version", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();

    RawPeer(ControlAddress address, @Nullable String version) {
        this(address, version, CallOptions.DEFAULT);
    }

    RawPeer(ControlAddress address, @Nullable String version, CallOptions options) {
        channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .disableRetry()
                .directExecutor()
                .build();
        call = channel.newCall(LinkProtocol.LINK, options);
        Metadata sent = new Metadata();
        if (version != null) {
            sent.put(VERSION, version);
        }
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata received) {
                        headers.complete(received);
                    }

                    @Override
                    public void onClose(Status received, Metadata trailers) {
                        status.complete(received);
                    }
                },
                sent);
        call.request(1);
    }

    void send(byte[] bytes) {
        call.sendMessage(bytes);
    }

    void sendCompressed(byte[] bytes) {
        call.setMessageCompression(true);
        call.sendMessage(bytes);
    }

    boolean hasRoom() {
        return call.isReady();
    }

    Metadata awaitHeaders() throws Exception {
        return headers.get(5, TimeUnit.SECONDS);
    }

    Status awaitEnd() throws Exception {
        return status.get(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        call.cancel("the test is over", null);
        channel.shutdownNow();
    }
}
