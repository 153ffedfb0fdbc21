// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.exit;

import java.io.Serial;
import java.util.Objects;

/** Ends a run with an exit code and one message for the person who started it. */
public final class RunFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ExitCode exit;

    /** A failure whose message says all that is to be said. */
    public RunFailure(ExitCode exit, String message) {
        super(message);
        this.exit = Objects.requireNonNull(exit, "exit");
    }

    /** The code to end with. */
    public ExitCode exit() {
        return exit;
    }
}
