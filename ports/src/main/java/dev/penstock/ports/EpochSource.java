// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/**
 * Where session epochs come from. An epoch must never repeat, across restarts too, and a third party should not be able
 * to guess it: production uses 64 random bits from a secure generator, simulations a seeded one.
 */
@FunctionalInterface
public interface EpochSource {
    /** A number that was never returned before and is not zero. */
    long nextEpoch();
}
