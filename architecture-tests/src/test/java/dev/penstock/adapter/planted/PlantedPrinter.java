// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.planted;

/** Breaks a border on purpose: a library that prints. */
final class PlantedPrinter {
    void print() {
        System.out.println("planted");
    }
}
