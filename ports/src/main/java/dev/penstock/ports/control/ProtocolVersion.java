// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/** The version of docs/protocol.md that this code speaks. */
public final class ProtocolVersion {
    /** Raised with every change that an older peer would misread; both sides must have the same. */
    public static final int CURRENT = 1;

    private ProtocolVersion() {}
}
