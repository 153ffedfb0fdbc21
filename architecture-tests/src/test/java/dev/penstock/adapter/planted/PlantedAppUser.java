// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.planted;

import dev.penstock.app.Main;

/** Breaks a border on purpose: an adapter that knows the app. */
record PlantedAppUser(Class<Main> app) {
    PlantedAppUser() {
        this(Main.class);
    }
}
