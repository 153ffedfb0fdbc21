// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.ports.transport.KvTransportProvider;

/** All transports by name. None is touched before it is asked for: the classes of one may be too new for this Java. */
@Module
interface TransportsModule {
    @Binds
    @IntoMap
    @StringKey(TransportCatalog.LOOPBACK)
    KvTransportProvider loopback(LoopbackTransportProvider provider);

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
