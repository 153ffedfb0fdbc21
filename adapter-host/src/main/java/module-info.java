// SPDX-License-Identifier: Apache-2.0
/** Memory of the host. */
module dev.penstock.adapter.host {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;
    // For the one call that gives buffers back at once: see CleanedPages.
    requires jdk.unsupported;

    exports dev.penstock.adapter.host;
}
