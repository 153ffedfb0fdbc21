// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.engine.hash.Salt;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A tenant's salt, and the environment variable that it is read from: it is a secret, and what stands on a command line can be
 * read by every user of a host. Never shown but for its fingerprint.
 *
 * @param variable the variable's name; empty if there is no salt
 * @param salt the salt
 */
public record TenantSalt(Optional<String> variable, Salt salt) {
    /** No salt. */
    public static final TenantSalt NONE = new TenantSalt(Optional.empty(), Salt.NONE);

    /**
     * The salt in a variable.
     *
     * @param environment gives a variable's value, or null
     * @throws IllegalArgumentException if the variable is not set, or empty
     */
    public static TenantSalt of(String variable, UnaryOperator<String> environment) {
        String secret = environment.apply(variable);
        if (secret == null || secret.isEmpty()) {
            throw new IllegalArgumentException("--tenant-salt-env " + variable
                    + ": the environment variable is " + (secret == null ? "not set" : "empty")
                    + "; set it to the tenant's salt, or leave the flag out");
        }
        return new TenantSalt(Optional.of(variable), Salt.of(secret));
    }
}
