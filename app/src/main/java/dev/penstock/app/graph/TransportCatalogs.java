// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.function.Supplier;

/** Makes the catalog of transports: what can be used depends on the NIXL library that a person names. */
@FunctionalInterface
public interface TransportCatalogs {
    /** The catalog where NIXL is what {@code nixl} finds. */
    TransportCatalog over(Supplier<NixlLookup> nixl);
}
