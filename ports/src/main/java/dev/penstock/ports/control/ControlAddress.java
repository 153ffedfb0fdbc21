// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/**
 * Where a node listens.
 *
 * @param host a host name or address
 * @param port 0 to 65535; 0 only to listen, and then the system chooses
 */
public record ControlAddress(String host, int port) {
    /** Checks the parts. */
    public ControlAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is empty");
        }
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
