// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import java.util.Locale;

/** A switch. An enum and no boolean, which the parser would take for a flag without a value. */
enum OnOff {
    ON,
    OFF;

    static OnOff of(boolean on) {
        return on ? ON : OFF;
    }

    boolean isOn() {
        return this == ON;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
