// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.BindsInstance;
import dagger.Component;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.function.Supplier;

/** What the program has before it knows what to do. */
@Component(modules = TransportsModule.class)
public interface AppComponent {
    /** The transports to choose from. */
    TransportCatalog transports();

    /** Makes the component. */
    @Component.Factory
    interface Factory {
        /** With the loopback transport's place on this host, and what finds NIXL. */
        AppComponent create(
                @BindsInstance LoopbackTransportProvider loopback, @BindsInstance Supplier<NixlLookup> nixl);
    }
}
