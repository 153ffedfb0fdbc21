// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

/**
 * The objects for addresses that were used lately, so that a ring's slots, which come again and again, need no new ones. A
 * table with one place for each hash: two addresses with the same one push each other out.
 */
final class DeviceAddresses {
    private static final int BITS = 10;

    private final DeviceAddress[] recent = new DeviceAddress[1 << BITS];

    DeviceAddresses() {
        for (int i = 0; i < recent.length; i++) {
            recent[i] = new DeviceAddress(0);
        }
    }

    DeviceAddress of(long value) {
        // Fibonacci hashing: neighbouring slots go to different places.
        int place = (int) ((value * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - BITS));
        if (recent[place].value() != value) {
            recent[place] = new DeviceAddress(value);
        }
        return recent[place];
    }
}
