// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A node in a process of its own, which echoes each message, for tests that kill it. */
final class PeerProcess implements AutoCloseable {
    private final Process process;
    private final ControlAddress address;

    private PeerProcess(Process process, ControlAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Starts one that listens. */
    static PeerProcess listening() throws IOException {
        return start(List.of());
    }

    /** Starts one that connects. */
    static PeerProcess connecting(ControlAddress to) throws IOException {
        return start(List.of(Integer.toString(to.port())));
    }

    private static PeerProcess start(List<String> arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                PeerProcess.class.getName()),
                        arguments.stream())
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = output.readLine();
        if (port == null) {
            throw new IOException("the peer did not start");
        }
        return new PeerProcess(process, new ControlAddress("127.0.0.1", Integer.parseInt(port)));
    }

    /** Where it listens, if it does. */
    ControlAddress address() {
        return address;
    }

    /** Ends it with SIGKILL: no destructor, no hook, no goodbye. */
    void kill() {
        process.destroyForcibly();
    }

    /** Stops it with SIGSTOP: its connections stay, and nothing answers. */
    void freeze() throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -STOP answered " + status);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The other process: prints its port, or 0 if it connects, and runs until it is killed. */
    public static void main(String[] arguments) {
        try (ControlPlane plane = new GrpcControlPlane()) {
            int port = 0;
            if (arguments.length == 0) {
                port = plane.listen(new ControlAddress("127.0.0.1", 0)).port();
            } else {
                plane.connect(new ControlAddress("127.0.0.1", Integer.parseInt(arguments[0])));
            }
            System.out.println(port);
            Echo echo = new Echo(plane);
            while (true) {
                if (plane.poll(echo, 16) == 0) {
                    Thread.sleep(1);
                }
            }
        } catch (InterruptedException killed) {
            Thread.currentThread().interrupt();
        }
    }

    private record Echo(ControlPlane plane) implements ControlEvents {
        @Override
        public void accepted(ControlLink link) {}

        @Override
        public void connected(ControlLink link) {}

        @Override
        public void received(ControlLink link, ControlMessage message) {
            plane.send(link, message);
        }

        @Override
        public void closed(ControlLink link, KvTransferException cause) {}
    }
}
