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
import dev.penstock.ports.control.Refusal;
import org.jspecify.annotations.Nullable;

/** Something that says a Hello of its own and hears what the answer is. */
final class StrangePeer implements ControlEvents {
    private final Hello hello;
    private final ControlPlane control;
    private @Nullable Refusal refusal;

    StrangePeer(Pair pair, Hello hello) {
        this.hello = hello;
        control = pair.world().start("stranger").controlPlane();
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
        control.send(link, hello);
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
