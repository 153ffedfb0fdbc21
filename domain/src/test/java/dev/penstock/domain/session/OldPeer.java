// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.domain.simulation.Pair;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.Refusal;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that speaks another version of the protocol. */
final class OldPeer implements ControlEvents {
    private final SimulatedProcess process;
    private final ControlPlane control;
    private @Nullable Refusal refusal;

    OldPeer(Pair pair) {
        process = pair.world().start("old.1");
        control = process.controlPlane();
        control.connect(new ControlAddress("pair", 1));
    }

    boolean isRefused() {
        control.poll(this, 10);
        return refusal != null;
    }

    String reason() {
        return refusal == null ? "" : refusal.reason();
    }

    @Override
    public void accepted(ControlLink link) {}

    @Override
    public void connected(ControlLink link) {
        control.send(
                link,
                new Hello(
                        999, new NodeId("old"), Pair.TERMS, process.transport().descriptor(), Optional.empty()));
    }

    @Override
    public void received(ControlLink link, ControlMessage message) {
        if (message instanceof Refusal told) {
            refusal = told;
        }
    }

    @Override
    public void closed(ControlLink link, KvTransferException cause) {}
}
