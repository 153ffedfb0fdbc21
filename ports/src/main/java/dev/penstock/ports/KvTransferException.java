// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transfer, or something that a transfer needs, failed. Caller bugs are {@link IllegalArgumentException} or
 * {@link IllegalStateException} instead.
 *
 * <p>The message names the cause and, where there is one, the remedy. {@link #kind()} says what to do,
 * {@link #operation()} what was attempted, {@link #nativeStatus()} what the library below answered, kept as it was even
 * when this version does not know the code.
 */
public final class KvTransferException extends RuntimeException {
    /** The value of {@link #nativeStatus()} where no native library was involved. */
    public static final int NO_NATIVE_STATUS = 0;

    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final String operation;
    private final int nativeStatus;

    /** A failure without a native status and without a cause. */
    public KvTransferException(FailureKind kind, String operation, String message) {
        this(kind, operation, message, NO_NATIVE_STATUS, null);
    }

    /** A failure without a native status. */
    public KvTransferException(FailureKind kind, String operation, String message, @Nullable Throwable cause) {
        this(kind, operation, message, NO_NATIVE_STATUS, cause);
    }

    /** A failure that a native library reported. */
    public KvTransferException(
            FailureKind kind, String operation, String message, int nativeStatus, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.operation = Objects.requireNonNull(operation, "operation");
        this.nativeStatus = nativeStatus;
    }

    /** What the caller should do. */
    public FailureKind kind() {
        return kind;
    }

    /** What was attempted, as a verb phrase such as {@code "map shared memory"}. */
    public String operation() {
        return operation;
    }

    /** The raw status of the library below, or {@link #NO_NATIVE_STATUS}. */
    public int nativeStatus() {
        return nativeStatus;
    }

    // The message stays what the thrower wrote, for those who show it beside the kind; traces show everything.
    @SuppressWarnings("OverrideThrowableToString")
    @Override
    public String toString() {
        return kind + " in " + operation + ": " + getMessage()
                + (nativeStatus == NO_NATIVE_STATUS ? "" : " (native status " + nativeStatus + ")");
    }
}
