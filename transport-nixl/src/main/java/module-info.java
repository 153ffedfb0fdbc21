// SPDX-License-Identifier: Apache-2.0
/** NIXL as a transport, whatever binds its C library. */
module dev.penstock.transport.nixl {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;

    exports dev.penstock.transport.nixl;
    exports dev.penstock.transport.nixl.library;
}
