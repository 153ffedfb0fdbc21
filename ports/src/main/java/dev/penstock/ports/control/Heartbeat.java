// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/**
 * A sign of life, sent by both sides at a fixed interval.
 *
 * @param epoch the session's epoch
 */
public record Heartbeat(long epoch) implements ControlMessage {}
