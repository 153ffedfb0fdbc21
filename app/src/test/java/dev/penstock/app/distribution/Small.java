// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Command lines of runs that take little time and memory. */
final class Small {
    private Small() {}

    /** A program over loopback, with objects of 256 KiB in slots of as much, and whatever else is asked for. */
    static List<String> run(String program, String... more) {
        return over("loopback", program, more);
    }

    /** The same over another transport. */
    static List<String> over(String transport, String program, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                program,
                "--transport",
                transport,
                "--shape",
                "[2,2,64,512]",
                "--num-objs",
                "12",
                "--buffer-size",
                "4MiB",
                "--slot-size",
                "256KiB"));
        arguments.addAll(List.of("--warm-up-rounds", "1", "--timeout", "30s"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** The cache engine over a transport, with chunks of 256 KiB, and whatever else is asked for. */
    static List<String> cacheEngine(String transport, String... more) {
        List<String> arguments = new ArrayList<>(List.of("cache-engine", "--transport", transport));
        arguments.addAll(List.of("--num-layers", "4", "--hidden", "64", "--num-blocks", "200", "--num-chunks", "6"));
        arguments.addAll(List.of("--warm-up-rounds", "1"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** A run that goes on until somebody ends it. */
    static List<String> longRun(String program, String... more) {
        List<String> arguments = run(program, "--num-rounds", "1000000", "--raw", "off");
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** A port that is free now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
