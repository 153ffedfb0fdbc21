// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.Optional;

/**
 * The acceptor's answer to a {@link Hello} that it takes.
 *
 * @param epoch the session's epoch, chosen by the acceptor; in every notification from here on; not zero
 * @param node who the acceptor is
 * @param descriptor its transport's descriptor
 * @param ring memory in which it receives, if the initiator is to send it anything
 */
// Passed on once and never compared: a copy or a wrapper would serve nobody.
@SuppressWarnings("ArrayRecordComponent")
public record Welcome(long epoch, NodeId node, byte[] descriptor, Optional<RingGeometry> ring)
        implements ControlMessage {
    /** Checks the epoch and the descriptor's length; the descriptor is not copied and must not be changed. */
    public Welcome {
        if (epoch == 0) {
            throw new IllegalArgumentException("epoch 0");
        }
        if (descriptor.length > Hello.MAX_DESCRIPTOR_BYTES) {
            throw new IllegalArgumentException("a descriptor of " + descriptor.length + " bytes");
        }
    }
}
