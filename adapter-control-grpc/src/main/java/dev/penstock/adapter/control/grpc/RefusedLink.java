// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.KvTransferException;
import java.util.Queue;

/** A link to an address that is not allowed: it ended before there was a call. */
final class RefusedLink extends GrpcLink {
    RefusedLink(String remote, Queue<PlaneEvent> inbox) {
        super(remote, inbox);
    }

    @Override
    void callSend(byte[] message) {
        throw new AssertionError("there is no call");
    }

    @Override
    void callRequest(int messages) {
        throw new AssertionError("there is no call");
    }

    @Override
    void callFinish() {
        throw new AssertionError("there is no call");
    }

    @Override
    void callAbort(KvTransferException cause) {
        throw new AssertionError("there is no call");
    }
}
