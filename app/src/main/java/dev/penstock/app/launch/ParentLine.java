// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import dev.penstock.app.exit.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** What a process hears from the one that started it, through its standard input. */
public final class ParentLine {
    static final String PORT = "port ";

    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private ParentLine() {}

    /** Begins to listen. When the input ends, the parent is gone or hangs up, and this process is interrupted. */
    public static ParentLine open(InputStream input) {
        ParentLine line = new ParentLine();
        Thread thread = new Thread(() -> line.read(input), "penstock-parent-line");
        thread.setDaemon(true);
        thread.start();
        return line;
    }

    /** Completed with the port at which the receiver listens, if the parent tells it. */
    public CompletableFuture<Integer> port() {
        return port;
    }

    private void read(InputStream input) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                if (line.startsWith(PORT)) {
                    port.complete(Integer.parseInt(line.substring(PORT.length()).strip()));
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            // As good as its end.
        }
        System.exit(ExitCode.INTERRUPTED.code());
    }
}
