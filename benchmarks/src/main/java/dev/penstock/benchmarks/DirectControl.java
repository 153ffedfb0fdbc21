// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two control planes of one thread, joined: what the data path costs is measured without a network under it. */
final class DirectControl implements ControlPlane {
    private final ArrayDeque<Consumer<ControlEvents>> events = new ArrayDeque<>();
    private @Nullable DirectControl other;

    private static final class End implements ControlLink {
        final DirectControl owner;

        @Nullable
        End far;

        End(DirectControl owner) {
            this.owner = owner;
        }

        @Override
        public String remote() {
            return "same thread";
        }
    }

    static DirectControl[] pair() {
        DirectControl[] pair = {new DirectControl(), new DirectControl()};
        pair[0].other = pair[1];
        pair[1].other = pair[0];
        return pair;
    }

    @Override
    public ControlAddress listen(ControlAddress address) {
        return address;
    }

    @Override
    public ControlLink connect(ControlAddress address) {
        DirectControl acceptor = Objects.requireNonNull(other);
        End near = new End(this);
        End far = new End(acceptor);
        near.far = far;
        far.far = near;
        acceptor.events.add(to -> to.accepted(far));
        events.add(to -> to.connected(near));
        return near;
    }

    @Override
    public void send(ControlLink link, ControlMessage message) {
        End far = Objects.requireNonNull(((End) link).far);
        far.owner.events.add(to -> to.received(far, message));
    }

    @Override
    public void close(ControlLink link) {}

    @Override
    public int poll(ControlEvents sink, int limit) {
        int told = 0;
        while (told < limit && !events.isEmpty()) {
            events.remove().accept(sink);
            told++;
        }
        return told;
    }

    @Override
    public void close() {
        events.clear();
    }
}
