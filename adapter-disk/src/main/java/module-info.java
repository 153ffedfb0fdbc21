// SPDX-License-Identifier: Apache-2.0
/** Objects in files of a folder. */
module dev.penstock.adapter.disk {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;

    exports dev.penstock.adapter.disk;
}
