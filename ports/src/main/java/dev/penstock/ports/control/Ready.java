// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/**
 * The initiator is connected to the acceptor's transport: either side may send notifications from here on.
 *
 * @param epoch the session's epoch
 */
public record Ready(long epoch) implements ControlMessage {}
