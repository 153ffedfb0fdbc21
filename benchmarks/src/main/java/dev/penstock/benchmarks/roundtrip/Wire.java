// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import dev.penstock.benchmarks.NixlBinding;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transport with the one peer that it exchanges notifications with. Belongs to the thread that opened it. */
final class Wire implements TransportEvents, AutoCloseable {
    private static final int REPORTS = 64;

    private final KvTransport transport;
    private final Consumer<ByteBuffer> received;
    private @Nullable Peer peer;
    private @Nullable KvTransferException loss;

    /** @param received is given each message that arrives, within {@link #poll} */
    Wire(NixlBinding binding, String role, Consumer<ByteBuffer> received) {
        transport = binding.open(role);
        this.received = received;
    }

    byte[] descriptor() {
        return transport.descriptor();
    }

    void connect(byte[] descriptor) {
        peer = transport.connect(descriptor);
    }

    void send(ByteBuffer message) {
        transport.submitNotification(Objects.requireNonNull(peer, "connect comes first"), message);
    }

    int poll() {
        return transport.poll(this, REPORTS);
    }

    /** Why the peer is gone, null while it is there. */
    @Nullable
    KvTransferException loss() {
        return loss;
    }

    @Override
    public void notified(Peer from, ByteBuffer message) {
        received.accept(message);
    }

    @Override
    public void peerLost(Peer lost, KvTransferException cause) {
        loss = cause;
    }

    @Override
    public void close() {
        transport.close();
    }
}
