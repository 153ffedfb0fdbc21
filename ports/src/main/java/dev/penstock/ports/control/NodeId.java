// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.regex.Pattern;

/**
 * Names a node across its restarts.
 *
 * @param value 1 to 64 letters, digits, dots, hyphens and underscores
 */
public record NodeId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Checks the form. */
    public NodeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a node id is 1 to 64 letters, digits, dots, hyphens and underscores, not '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
