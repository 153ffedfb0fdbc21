// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.ports.transport.KvTransportProvider;

/** All transports by name. None is touched before it is asked for: the classes of one may be too new for this Java. */
@Module
final class TransportsModule {
    private TransportsModule() {}

    @Provides
    @IntoMap
    @StringKey(TransportCatalog.LOOPBACK)
    static KvTransportProvider loopback(LoopbackTransportProvider provider) {
        return provider;
    }

    @Provides
    @IntoMap
    @StringKey(TransportCatalog.NIXL_FFM)
    static KvTransportProvider nixlFfm() {
        return new UnbuiltTransport(TransportCatalog.NIXL_FFM);
    }

    @Provides
    @IntoMap
    @StringKey(TransportCatalog.NIXL_JNI)
    static KvTransportProvider nixlJni() {
        return new UnbuiltTransport(TransportCatalog.NIXL_JNI);
    }
}
