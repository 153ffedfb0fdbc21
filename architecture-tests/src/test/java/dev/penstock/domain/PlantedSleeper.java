// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

/** Breaks a border on purpose: a domain class with a clock and a thread of its own. */
final class PlantedSleeper {
    long sleep() throws InterruptedException {
        Thread.sleep(1);
        return System.nanoTime();
    }
}
