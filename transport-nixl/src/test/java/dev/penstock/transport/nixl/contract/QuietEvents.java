// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.contract;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;

/** Waits for one write's completion and notification, and allocates nothing. */
final class QuietEvents implements TransportEvents, Completion {
    private int outstanding;

    void expectOne() {
        outstanding = 2;
    }

    boolean isDone() {
        return outstanding == 0;
    }

    @Override
    public void notified(Peer from, ByteBuffer message) {
        outstanding--;
    }

    @Override
    public void peerLost(Peer peer, KvTransferException cause) {
        throw cause;
    }

    @Override
    public void completed() {
        outstanding--;
    }

    @Override
    public void failed(KvTransferException failure) {
        throw failure;
    }
}
