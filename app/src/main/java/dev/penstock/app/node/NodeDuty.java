// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.node;

import dev.penstock.app.loop.LoopDuty;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Node;
import dev.penstock.ports.control.ControlPlane;
import org.jspecify.annotations.Nullable;

/** What a node's loop does, and what it closes in the end. */
record NodeDuty(Node node, PipePorts ports, ControlPlane control) implements LoopDuty {
    @Override
    public int step() {
        return node.step();
    }

    @Override
    public void close() {
        // The transport before the memory: it may be the last one that writes there.
        RuntimeException failure = closed(ports.transport()::close, null);
        failure = closed(control::close, failure);
        failure = closed(ports.memory()::close, failure);
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable RuntimeException closed(Runnable close, @Nullable RuntimeException earlier) {
        try {
            close.run();
        } catch (RuntimeException e) {
            if (earlier == null) {
                return e;
            }
            earlier.addSuppressed(e);
        }
        return earlier;
    }
}
