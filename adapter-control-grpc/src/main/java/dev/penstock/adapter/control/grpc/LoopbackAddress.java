// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The addresses that plaintext may use: those that no packet from outside this host reaches. Never asks a name server. */
final class LoopbackAddress {
    private static final Pattern IPV4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final String LOCALHOST = "127.0.0.1";

    private LoopbackAddress() {}

    /**
     * The socket address of a loopback address.
     *
     * @param operation for the failure
     * @throws KvTransferException of kind UNAVAILABLE if it is not one
     */
    static InetSocketAddress of(ControlAddress address, String operation) {
        InetAddress loopback = parse(address.host());
        if (loopback == null) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE,
                    operation,
                    address + " is not a loopback address, and the control plane speaks plaintext, which is allowed on"
                            + " loopback only (127.0.0.0/8, ::1, localhost). Use one of those; TLS, which other"
                            + " addresses need, is yet to come.");
        }
        return new InetSocketAddress(loopback, address.port());
    }

    private static @Nullable InetAddress parse(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return literal(LOCALHOST);
        }
        if (!IPV4.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            return null;
        }
        InetAddress address = literal(host);
        return address != null && address.isLoopbackAddress() ? address : null;
    }

    /** What has the form of a literal is only parsed, not looked up. */
    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException noLiteral) {
            return null;
        }
    }
}
