// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.transport.KvTransportProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A running {@link TransportChild}, as its parent sees it. For tests that need a transport whose process can be killed. */
public final class ChildProcess {
    private final Process process;
    private final Writer commands;
    private final ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> output = new ConcurrentLinkedQueue<>();
    private final Pump pump;

    /**
     * Starts a JVM like this one, with the same class path.
     *
     * @param providerClass the provider of its transport, with a public constructor without parameters
     * @param memoryClass where its regions are; with a public constructor without parameters, too
     * @param endpointName its endpoint's name, never used before
     * @param jvmOptions more options of the JVM
     * @param patience how long an answer may take
     * @throws AssertionError if the transport doesn't open; the process is gone then
     */
    public ChildProcess(
            Class<? extends KvTransportProvider> providerClass,
            Class<? extends TestMemoryProvider> memoryClass,
            String endpointName,
            List<String> jvmOptions,
            Duration patience) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TransportChild.class.getName()));
        command.addAll(List.of(providerClass.getName(), memoryClass.getName(), endpointName));
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = process.outputWriter(StandardCharsets.UTF_8);
        pump = new Pump(patience);
        follow("answers of " + endpointName, process.getInputStream());
        follow("errors of " + endpointName, process.getErrorStream());
        boolean started = false;
        try {
            answer("its start");
            started = true;
        } finally {
            if (!started) {
                kill();
            }
        }
    }

    private void follow(String name, InputStream stream) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            boolean isAnswer =
                                    line.startsWith(TransportChild.OK) || line.startsWith(TransportChild.FAILED);
                            (isAnswer ? answers : output).add(line);
                        }
                    } catch (IOException e) {
                        output.add("(its output ended: " + e + ")");
                    }
                },
                name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Has the child do something: {@code descriptor}, {@code connect <hex>}, {@code close} and more.
     *
     * @throws AssertionError if it fails or doesn't answer in time; with the child's output
     */
    public String ask(String command) {
        return ask(command, new TestNode[0]);
    }

    /**
     * Has the child do something, and polls the nodes until it answers.
     *
     * @throws AssertionError if it fails or doesn't answer in time; with the child's output
     */
    String ask(String command, TestNode... nodes) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new AssertionError("the child is gone; its output: " + output, e);
        }
        return answer(command, nodes);
    }

    private String answer(String command, TestNode... nodes) {
        try {
            pump.until("answer to " + command, () -> !answers.isEmpty() || !process.isAlive(), nodes);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the child's output: " + output, e);
        }
        String answer = answers.poll();
        if (answer == null || !answer.startsWith(TransportChild.OK)) {
            throw new AssertionError(command + ": " + answer + "; the child's output: " + output);
        }
        return answer.substring(TransportChild.OK.length()).trim();
    }

    /** What it wrote beside answers. */
    Iterable<String> output() {
        return output;
    }

    /** Ends it by SIGKILL and waits until it is gone. Idempotent. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the child survived SIGKILL for 10 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the child was killed", e);
        }
    }
}
