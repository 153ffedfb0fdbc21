// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import dev.penstock.ports.KvTransferException;

/**
 * How two nodes meet and talk beside the data path. Threads of the implementation's own may do the work; what they learn
 * is reported from {@link #poll} alone. Methods belong to the loop's thread and never block, but for {@link #listen} and
 * {@link #close}.
 */
public interface ControlPlane extends AutoCloseable {
    /**
     * The largest message, encoded. Only a {@link BackendCall} can exceed it, which takes its keys' bytes of UTF-8, three
     * more for each key, and 32.
     */
    int MAX_MESSAGE_BYTES = 4 << 20;

    /**
     * Begins to accept links. May block until the address is bound.
     *
     * @return the address, with the port that was chosen
     * @throws KvTransferException of kind UNAVAILABLE, naming the address, if it is in use or is not allowed; nothing is
     *     left behind
     */
    ControlAddress listen(ControlAddress address);

    /** Begins to open a link; {@link ControlEvents#connected} or {@link ControlEvents#closed} follows. */
    ControlLink connect(ControlAddress address);

    /**
     * Sends a message. After the link went down it is dropped silently: {@link ControlEvents#closed} has been or will be
     * told.
     *
     * @throws IllegalArgumentException if the message exceeds {@link #MAX_MESSAGE_BYTES} or one of its own limits; nothing
     *     was sent
     */
    void send(ControlLink link, ControlMessage message);

    /** Ends a link after what was sent. Idempotent; nothing is reported about it afterwards. */
    void close(ControlLink link);

    /**
     * Reports what happened.
     *
     * @param limit at most this many events
     * @return the number of events; 0 means that nothing happened
     */
    int poll(ControlEvents events, int limit);

    /** Closes all links and stops listening. Blocks for a second at most. Idempotent. */
    @Override
    void close();
}
