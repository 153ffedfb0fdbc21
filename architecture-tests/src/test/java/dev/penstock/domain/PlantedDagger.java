// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import javax.inject.Inject;

/** Breaks a border on purpose: dependency injection outside the app. */
final class PlantedDagger {
    @Inject
    PlantedDagger() {}
}
