// SPDX-License-Identifier: Apache-2.0
/** NIXL bound by the foreign function and memory API. */
module dev.penstock.adapter.nixl.ffm {
    requires transitive dev.penstock.ports;
    requires transitive dev.penstock.transport.nixl;
    requires static transitive org.jspecify;

    exports dev.penstock.adapter.nixl.ffm;
}
