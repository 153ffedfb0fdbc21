// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.adapter.nixl.ffm.NixlFfmTransportProvider;
import dev.penstock.adapter.nixl.jni.NixlJniTransportProvider;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.function.Supplier;

/** All transports by name. None is touched before it is asked for: the classes of one may be too new for this Java. */
@Module
interface TransportsModule {
    /** The foreign function and memory API is final from here on. */
    int FFM_JAVA = 22;

    @Binds
    @IntoMap
    @StringKey(TransportCatalog.LOOPBACK)
    KvTransportProvider loopback(LoopbackTransportProvider provider);

    /** An older Java can't load the provider's class, and so never comes to where it is named. */
    @Provides
    @IntoMap
    @StringKey(TransportCatalog.NIXL_FFM)
    static KvTransportProvider nixlFfm(Supplier<NixlLookup> nixl) {
        int java = Runtime.version().feature();
        if (java < FFM_JAVA) {
            return new UnusableTransport(
                    TransportCatalog.NIXL_FFM, "needs Java " + FFM_JAVA + " or newer, and this is Java " + java);
        }
        return new NixlFfmTransportProvider(nixl);
    }

    @Provides
    @IntoMap
    @StringKey(TransportCatalog.NIXL_JNI)
    static KvTransportProvider nixlJni(Supplier<NixlLookup> nixl) {
        return new NixlJniTransportProvider(nixl);
    }
}
