// SPDX-License-Identifier: Apache-2.0
/** The contracts of the ports as abstract JUnit tests. */
module dev.penstock.transport.testkit {
    exports dev.penstock.transport.testkit;
    exports dev.penstock.transport.testkit.control;
    exports dev.penstock.transport.testkit.memory;
    exports dev.penstock.transport.testkit.simulation;
    exports dev.penstock.transport.testkit.storage;

    requires transitive dev.penstock.ports;
    requires transitive org.junit.jupiter.api;
    requires java.management;
    requires jdk.management;
    requires org.assertj.core;
    requires static transitive org.jspecify;
}
