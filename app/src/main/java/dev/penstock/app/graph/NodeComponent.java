// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.BindsInstance;
import dagger.Component;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Node;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.transport.KvTransportProvider;
import jakarta.inject.Singleton;

/** One node with everything under it. Made on the thread of its loop: what is under it belongs there. */
@Singleton
@Component(modules = {NodeModule.class, MemoryModule.class})
public interface NodeComponent {
    /** The ports of the data path. */
    PipePorts ports();

    /** The control plane. */
    ControlPlane control();

    /** The node. */
    Node node();

    /** Fills and checks contents. */
    KvPattern pattern();

    /** What the node counts. */
    Counters counters();

    /** Makes the component. */
    @Component.Factory
    interface Factory {
        /** With the transport that was chosen. */
        NodeComponent create(@BindsInstance KvTransportProvider transport, @BindsInstance NodeSettings settings);
    }
}
