// SPDX-License-Identifier: Apache-2.0
/** The interfaces and value types that the Penstock domain needs from outside. */
module dev.penstock.ports {
    requires static transitive org.jspecify;

    exports dev.penstock.ports;
    exports dev.penstock.ports.control;
    exports dev.penstock.ports.memory;
    exports dev.penstock.ports.storage;
    exports dev.penstock.ports.transport;
}
