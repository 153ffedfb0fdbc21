// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.transport;

/** One remote endpoint that a transport is connected to. Identity matters: a peer that comes back is a new one. */
public interface Peer {
    /** The endpoint's name, which no two incarnations share. For messages to people. */
    String name();
}
