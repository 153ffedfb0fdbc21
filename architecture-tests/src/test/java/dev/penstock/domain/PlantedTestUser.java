// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import org.junit.jupiter.api.Assertions;

/** Breaks a border on purpose: main code that needs JUnit. */
final class PlantedTestUser {
    void check() {
        Assertions.assertTrue(true);
    }
}
