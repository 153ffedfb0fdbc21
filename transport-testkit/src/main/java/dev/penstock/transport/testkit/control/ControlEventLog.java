// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.control;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes down what a control plane reports, in its order. */
public final class ControlEventLog implements ControlEvents {
    private final List<Entry> entries = new ArrayList<>();

    /** An empty log. */
    public ControlEventLog() {}

    /** One report. */
    public sealed interface Entry {
        /** The link that it is about. */
        ControlLink link();
    }

    /**
     * A peer opened a link.
     *
     * @param link the link
     */
    public record Accepted(ControlLink link) implements Entry {}

    /**
     * A link came up.
     *
     * @param link the link
     */
    public record Connected(ControlLink link) implements Entry {}

    /**
     * A message came.
     *
     * @param link its link
     * @param message what came
     */
    public record Received(ControlLink link, ControlMessage message) implements Entry {}

    /**
     * A link is down.
     *
     * @param link the link
     * @param cause why
     */
    public record Closed(ControlLink link, KvTransferException cause) implements Entry {}

    @Override
    public void accepted(ControlLink link) {
        entries.add(new Accepted(Objects.requireNonNull(link, "link")));
    }

    @Override
    public void connected(ControlLink link) {
        entries.add(new Connected(Objects.requireNonNull(link, "link")));
    }

    @Override
    public void received(ControlLink link, ControlMessage message) {
        entries.add(new Received(Objects.requireNonNull(link, "link"), Objects.requireNonNull(message, "message")));
    }

    @Override
    public void closed(ControlLink link, KvTransferException cause) {
        entries.add(new Closed(Objects.requireNonNull(link, "link"), Objects.requireNonNull(cause, "cause")));
    }

    /** How many reports there were. */
    public int size() {
        return entries.size();
    }

    /** All reports. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The reports about a link. */
    public List<Entry> of(ControlLink link) {
        return entries.stream().filter(entry -> entry.link().equals(link)).toList();
    }

    /** The reports of a kind. */
    public <E extends Entry> List<E> all(Class<E> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The messages of a link. */
    public List<ControlMessage> messages(ControlLink link) {
        return all(Received.class).stream()
                .filter(received -> received.link().equals(link))
                .map(Received::message)
                .toList();
    }

    /** Whether a link was reported as closed. */
    public boolean isClosed(ControlLink link) {
        return all(Closed.class).stream().anyMatch(closed -> closed.link().equals(link));
    }
}
