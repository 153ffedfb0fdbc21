// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import java.io.Serial;

/** Something was not given back. The suppressed throwables show where each such thing was taken. */
public final class LeakError extends AssertionError {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Names what leaked. */
    LeakError(String message, Iterable<? extends Throwable> origins) {
        super(message);
        origins.forEach(this::addSuppressed);
    }
}
