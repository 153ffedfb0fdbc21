// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.node;

import dev.penstock.app.loop.LoopDuty;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Node;
import dev.penstock.ports.control.ControlPlane;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node's loop does, and what it closes in the end.
 *
 * @param first closed before the ports, whose memory it uses
 */
record NodeDuty(Node node, PipePorts ports, ControlPlane control, List<Runnable> first) implements LoopDuty {
    @Override
    public int step() {
        return node.step();
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (Runnable close : first) {
            failure = closed(close, failure);
        }
        // The transport before the memory: it may be the last one that writes there.
        failure = closed(ports.transport()::close, failure);
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
