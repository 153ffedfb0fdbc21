// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.loop;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What was thrown on another thread, as something that can be thrown here. */
public final class Unwrapped {
    private Unwrapped() {}

    /** The cause behind the wrappers of futures and stages; checked exceptions stay wrapped. */
    public static RuntimeException of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }
}
