// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/** One conversation between two nodes: ordered, both ways, one for each session. Identity matters. */
public interface ControlLink {
    /** The other side's address, for messages to people. */
    String remote();
}
