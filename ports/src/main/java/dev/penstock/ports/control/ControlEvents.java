// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import dev.penstock.ports.KvTransferException;

/** What {@link ControlPlane#poll} reports. Must not throw. */
public interface ControlEvents {
    /** A peer opened a link to this node. */
    void accepted(ControlLink link);

    /** A link that this node asked for is up. */
    void connected(ControlLink link);

    /** A message arrived. Messages of one link come in the order in which they were sent. */
    void received(ControlLink link, ControlMessage message);

    /**
     * The link is down, or never came up; nothing more comes from it. Reported once for each link, unless this side closed
     * it.
     *
     * @param cause of kind PEER_LOST if the other side is gone or can't be reached, PROTOCOL if it sent what can't be read,
     *     UNAVAILABLE if the address that was to be connected to is not allowed
     */
    void closed(ControlLink link, KvTransferException cause);
}
