// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The built program, started as a person starts it: by the launcher, in a process of its own. */
final class PenstockProcess implements AutoCloseable {
    /** Far above what anything takes; a test that comes here has failed. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path LAUNCHER = Path.of("..", "penstock");

    private final Process process;
    private final Queue<String> out = new ConcurrentLinkedQueue<>();
    private final Queue<String> err = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers = new ArrayList<>();

    private PenstockProcess(Process process) {
        this.process = process;
        readers.add(read(process.getInputStream(), out));
        readers.add(read(process.getErrorStream(), err));
    }

    /**
     * On the Java of this test.
     *
     * @param shared the directory that loopback shares
     */
    static PenstockProcess start(Path shared, List<String> arguments) {
        return start(Path.of(System.getProperty("java.home")), shared, arguments);
    }

    /**
     * On another Java.
     *
     * @param shared the directory that loopback shares
     */
    static PenstockProcess start(Path javaHome, Path shared, List<String> arguments) {
        List<String> command = new ArrayList<>();
        // A build that runs in the background of a script ignores SIGINT, and so would its children.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(LAUNCHER.toAbsolutePath().normalize().toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("PENSTOCK_BUILD", "never");
        environment.put("PENSTOCK_JAVA_HOME", javaHome.toString());
        environment.put("PENSTOCK_SHARED_DIR", shared.toString());
        // Short runs: starting is most of their work.
        environment.put("PENSTOCK_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        environment.remove("PENSTOCK_LOG");
        try {
            return new PenstockProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread read(InputStream from, Queue<String> to) {
        Thread thread = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    to.add(line);
                }
            } catch (IOException e) {
                to.add(e.toString());
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The exit code, once the process has ended by itself. */
    int awaitExit() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("%s did not end; it said:%n%s%s", process.info().commandLine(), out(), err())
                    .isTrue();
            for (Thread reader : readers) {
                reader.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    /** Waits until the error stream has said something. */
    void awaitWord(String word) {
        await(() -> err().contains(word) || !process.isAlive(), word);
        assertThat(err()).contains(word);
    }

    /** The process of one role, if this process started one. */
    ProcessHandle child(String role) {
        List<ProcessHandle> found = new ArrayList<>();
        await(
                () -> {
                    found.clear();
                    process.toHandle()
                            .descendants()
                            .filter(handle ->
                                    handle.info().commandLine().orElse("").contains("--role " + role))
                            .forEach(found::add);
                    return !found.isEmpty();
                },
                "a process of role " + role);
        return found.get(0);
    }

    private void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waiting for '%s'; the process said:%n%s%s", what, out(), err())
                    .isNegative();
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Sends a signal, such as INT. */
    static void signal(ProcessHandle to, String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(to.pid()))
                    .start()
                    .waitFor();
            assertThat(exit).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String out() {
        return String.join("\n", out);
    }

    String err() {
        return String.join("\n", err);
    }

    /** Leaves nothing running. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
