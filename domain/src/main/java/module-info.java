// SPDX-License-Identifier: Apache-2.0
/** Pipes, channels, backend and cache engine over the ports. */
module dev.penstock.domain {
    requires transitive dev.penstock.ports;
    requires static transitive org.jspecify;

    exports dev.penstock.domain.backend;
    exports dev.penstock.domain.channel;
    exports dev.penstock.domain.engine.hash;
    exports dev.penstock.domain.engine;
    exports dev.penstock.domain.kv;
    exports dev.penstock.domain.page;
    exports dev.penstock.domain.pipe;
    exports dev.penstock.domain.session;
    exports dev.penstock.domain.store;
    exports dev.penstock.domain.tier;
    exports dev.penstock.domain.wire;
}
