// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.planted;

/** Breaks a border on purpose: a failure without a kind. */
final class PlantedThrower {
    void fail() {
        throw new RuntimeException("planted");
    }
}
