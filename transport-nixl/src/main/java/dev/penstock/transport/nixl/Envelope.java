// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

/**
 * What stands before the bytes of each notification: who sent it, and what it is. NIXL delivers a sender's name too, but as
 * text, and from agents that this side knows nothing of; a number is found without making strings.
 *
 * <pre>{@code
 * offset  bytes
 *      0      8  the sender's token, the one in its descriptor, little-endian
 *      8      1  kind
 *      9      n  the message, for kind MESSAGE
 * }</pre>
 */
final class Envelope {
    /** How many bytes stand before the message. */
    static final int BYTES = 9;

    /** Where the kind is. */
    static final int KIND_AT = 8;

    /** The user's bytes follow. */
    static final byte MESSAGE = 1;

    /** The sender is there. It makes UCX notice a peer that is gone, and wires the two up before the first write. */
    static final byte KEEPALIVE = 2;

    /** The sender closes; nothing of it follows. */
    static final byte GOODBYE = 3;

    /** The longest message. Longer ones cost more than their length: UCX sends up to about this much at once. */
    static final int MAX_MESSAGE_BYTES = 16 << 10;

    private Envelope() {}
}
