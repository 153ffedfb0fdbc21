// SPDX-License-Identifier: Apache-2.0
/** Transport over shared memory of one host. */
module dev.penstock.adapter.loopback {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;
    // For invokeCleaner, which gives mapped memory back without waiting for a garbage collection.
    requires jdk.unsupported;

    exports dev.penstock.adapter.loopback;
}
