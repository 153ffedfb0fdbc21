// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import dev.penstock.app.loop.LoopDuty;
import dev.penstock.benchmarks.NixlBinding;
import java.nio.ByteBuffer;

/** Sends back what arrives. That its peer leaves is the end, not a failure. */
final class EchoDuty implements LoopDuty {
    private final Wire wire;
    private final ByteBuffer message = ByteBuffer.allocateDirect(RoundTrip.MAX_MESSAGE_BYTES);
    private boolean due;

    EchoDuty(NixlBinding binding) {
        wire = new Wire(binding, "echo", this::received);
    }

    Wire wire() {
        return wire;
    }

    private void received(ByteBuffer bytes) {
        message.clear().put(bytes).flip();
        due = true;
    }

    @Override
    public int step() {
        int done = wire.poll();
        if (due) {
            due = false;
            wire.send(message);
        }
        return done;
    }

    @Override
    public void close() {
        wire.close();
    }
}
