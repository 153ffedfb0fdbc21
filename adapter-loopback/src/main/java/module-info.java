// SPDX-License-Identifier: Apache-2.0
/** Transport over shared memory of one host. */
module dev.penstock.adapter.loopback {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;
    // For the one call that unmaps files at once before Java 22: see CleanedMappings.
    requires jdk.unsupported;

    exports dev.penstock.adapter.loopback;
}
