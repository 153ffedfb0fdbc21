// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.transport.nixl.library.NixlLibrary;
import java.util.LinkedHashMap;
import java.util.Map;

/** NIXL's library in a report. */
final class NixlFields {
    private NixlFields() {}

    static Map<String, Object> of(NixlLibrary nixl) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("nixl_library", nixl.path().toString());
        map.put("nixl_found_in", nixl.origin().label());
        map.put("nixl_version", nixl.version().orElse("unknown"));
        return map;
    }
}
