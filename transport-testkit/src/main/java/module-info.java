// SPDX-License-Identifier: Apache-2.0
/** The contracts of the ports as abstract JUnit tests. */
module dev.penstock.transport.testkit {
    exports dev.penstock.transport.testkit;
    exports dev.penstock.transport.testkit.control;

    requires transitive dev.penstock.ports;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static transitive org.jspecify;
}
