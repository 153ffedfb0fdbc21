// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/**
 * The side that says this has no write under way and begins none: the other may reuse all memory it granted.
 *
 * @param epoch the session's epoch
 * @param reason why it leaves, for people; empty if its work is done
 */
public record Goodbye(long epoch, String reason) implements ControlMessage {}
