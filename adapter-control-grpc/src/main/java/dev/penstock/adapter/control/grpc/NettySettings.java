// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

/**
 * What Netty reads from system properties while its classes load. The names are those of the copy inside gRPC, so that no
 * other Netty of the process is concerned. What the command line sets stays.
 */
final class NettySettings {
    private static final String PREFIX = "io.grpc.netty.shaded.io.netty.";

    private NettySettings() {}

    /** Sets what is not set. To be called before the first use of Netty. */
    static void apply() {
        // Registering Netty's allocation events starts Flight Recorder: a fifth of the whole time to the first message.
        setDefault("jfr.enabled", "false");
        // Input and output go through NIO: don't unpack the epoll library into the temporary directory and load it.
        setDefault("transport.noNative", "true");
    }

    private static void setDefault(String name, String value) {
        if (System.getProperty(PREFIX + name) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}
