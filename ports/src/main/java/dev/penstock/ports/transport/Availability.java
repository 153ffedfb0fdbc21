// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.transport;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a transport can be used on this host, found out without allocating anything that lasts. */
public sealed interface Availability {
    /** It can be used. */
    Availability AVAILABLE = new Available();

    /** Why it can't be used, or empty if it can. */
    Optional<String> reason();

    /** It can be used. */
    record Available() implements Availability {
        @Override
        public Optional<String> reason() {
            return Optional.empty();
        }
    }

    /**
     * It can't be used.
     *
     * @param why one sentence that names what is missing and how to get it
     * @param cause what was caught, if anything was
     */
    record Unavailable(String why, @Nullable Throwable cause) implements Availability {
        @Override
        public Optional<String> reason() {
            return Optional.of(why);
        }
    }
}
