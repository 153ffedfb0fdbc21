// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;

/** A completion for one request after the other, itself without garbage. */
final class Turn implements Completion {
    private boolean ended;

    /** For the next request. */
    Turn next() {
        ended = false;
        return this;
    }

    /** Polls until the request has ended. */
    void await(Memory memory) {
        while (!ended) {
            memory.poll(Integer.MAX_VALUE);
        }
    }

    @Override
    public void completed() {
        ended = true;
    }

    @Override
    public void failed(KvTransferException failure) {
        throw failure;
    }
}
