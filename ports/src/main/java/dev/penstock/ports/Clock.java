// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/** Time as the domain sees it: monotonic, with an arbitrary origin. Any thread may call. */
@FunctionalInterface
public interface Clock {
    /** Nanoseconds since an arbitrary origin; never goes back. */
    long nanoTime();
}
