// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import java.util.Locale;

/** Which side of a transfer a process is. */
public enum Role {
    /** Has the objects and sends them. */
    SENDER,
    /** Gets them and checks them. */
    RECEIVER;

    /** The name on the command line and in JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Role of(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is no role; there are sender and receiver");
    }
}
