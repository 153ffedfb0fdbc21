// SPDX-License-Identifier: Apache-2.0
/** Pipes, channels, backend and cache engine over the ports. */
module dev.penstock.domain {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;

    exports dev.penstock.domain.engine.hash;
    exports dev.penstock.domain.kv;
    exports dev.penstock.domain.page;
    exports dev.penstock.domain.store;
}
