// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One role in a process of its own. The process ends when its standard input does: so it never outlives the one that
 * started it, however that ends.
 */
final class RoleProcess {
    private final Role role;
    private final String name;
    private final Process process;
    private volatile @Nullable RoleReport report;
    private volatile boolean dismissed;

    private RoleProcess(Role role, String name, Process process) {
        this.role = role;
        this.name = name;
        this.process = process;
    }

    /**
     * Starts the process.
     *
     * @param name what people and the other side call it
     * @throws UncheckedIOException if it can't be started
     */
    static RoleProcess start(Role role, String name, List<String> command) {
        try {
            return new RoleProcess(role, name, new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Role role() {
        return role;
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it ended with. */
    ExitCode exit() {
        return ExitCode.ofProcess(process.exitValue());
    }

    /** How it ended, for people. */
    String end() {
        int code = process.exitValue();
        return code > 128 && ExitCode.ofProcess(code) == ExitCode.PEER_LOST
                ? "was killed by signal " + (code - 128)
                : "ended with exit code " + code;
    }

    Optional<RoleReport> report() {
        return Optional.ofNullable(report);
    }

    void finished(RoleReport newReport) {
        report = newReport;
    }

    /** Hands every line of both of its outputs on, each output on a thread of its own, until it ends. */
    List<Thread> pump(Consumer<String> output, Consumer<String> errors) {
        return List.of(pump("out", process.getInputStream(), output), pump("err", process.getErrorStream(), errors));
    }

    private Thread pump(String stream, InputStream from, Consumer<String> to) {
        Thread thread = new Thread(() -> readLines(from, to), "penstock-" + name + "-" + stream);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void readLines(InputStream from, Consumer<String> to) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                to.accept(line);
                line = lines.readLine();
            }
        } catch (IOException e) {
            // The process has ended, and its pipe with it.
        }
    }

    /** Tells it where the receiver listens. */
    void tellPort(int port) {
        OutputStream input = process.getOutputStream();
        try {
            input.write((ParentLine.PORT + port + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            // It has ended already, which whoever waits for it sees.
        }
    }

    /** Asks it to end, for no fault of its own: how it does so says nothing. */
    void dismiss() {
        dismissed = true;
        hangUp();
    }

    boolean isDismissed() {
        return dismissed;
    }

    /** Asks it to end. */
    void hangUp() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /** Ends it at once. */
    void kill() {
        process.destroyForcibly();
    }
}
