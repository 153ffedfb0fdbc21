// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.Optional;

/**
 * The initiator's first message.
 *
 * @param protocolVersion what it speaks
 * @param node who it is
 * @param terms what it needs the acceptor to have the same
 * @param descriptor its transport's descriptor
 * @param ring memory in which it receives, if the acceptor is to send it anything
 */
// Passed on once and never compared: a copy or a wrapper would serve nobody.
@SuppressWarnings("ArrayRecordComponent")
public record Hello(
        int protocolVersion, NodeId node, SessionTerms terms, byte[] descriptor, Optional<RingGeometry> ring)
        implements ControlMessage {
    /** The longest descriptor. */
    public static final int MAX_DESCRIPTOR_BYTES = 1 << 20;

    /** Checks the descriptor's length; it is not copied and must not be changed. */
    public Hello {
        if (descriptor.length > MAX_DESCRIPTOR_BYTES) {
            throw new IllegalArgumentException("a descriptor of " + descriptor.length + " bytes");
        }
    }
}
