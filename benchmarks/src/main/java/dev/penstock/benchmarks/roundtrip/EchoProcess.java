// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.benchmarks.NixlBinding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** {@link Echo} as a child of this process. */
final class EchoProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;

    EchoProcess(NixlBinding binding, IdleStrategy idle) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Echo.class.getName(),
                        binding.name(),
                        idle.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(StandardCharsets.US_ASCII);
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    byte[] descriptor() throws IOException {
        return Base64.getDecoder().decode(line());
    }

    /** Returns when it echoes. */
    void connect(byte[] descriptor) throws IOException {
        in.println(Base64.getEncoder().encodeToString(descriptor));
        String answer = line();
        if (!answer.equals(Echo.READY)) {
            throw new IOException("the echoing process said '" + answer + "' instead of " + Echo.READY);
        }
    }

    private String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the echoing process ended: its messages are above");
        }
        return line;
    }

    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
