// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.adapter.nixl.ffm.NixlFfmTransportProvider;
import dev.penstock.adapter.nixl.jni.NixlJniTransportProvider;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.TransportConfig;

/** The ways to call NIXL. */
public enum NixlBinding {
    /** The foreign function and memory API: needs Java 22. */
    FFM,
    /** JNI. */
    JNI;

    /**
     * Opens a transport with a name that no other has.
     *
     * @param role what it is for
     */
    public KvTransport open(String role) {
        TransportConfig config = new TransportConfig(
                "bench-" + role + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        return switch (this) {
            case FFM -> new NixlFfmTransportProvider().open(config);
            case JNI -> new NixlJniTransportProvider().open(config);
        };
    }
}
