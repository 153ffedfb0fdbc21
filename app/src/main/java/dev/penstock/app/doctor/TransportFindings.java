// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import dev.penstock.app.graph.TransportCatalog;
import java.util.ArrayList;
import java.util.List;

/** The transports, and which of them is taken where nobody says. */
public final class TransportFindings {
    private TransportFindings() {}

    /** Looks at all of the catalog. */
    public static List<Finding> look(TransportCatalog catalog) {
        List<Finding> findings = new ArrayList<>();
        boolean chosen = false;
        for (TransportCatalog.Entry entry : catalog.entries()) {
            String library =
                    entry.nixl().map(nixl -> ", with " + nixl.describe()).orElse("");
            if (entry.problem().isPresent()) {
                findings.add(Finding.note(
                        entry.name(), "not available: " + entry.problem().get()));
            } else if (chosen) {
                findings.add(Finding.ok(entry.name(), "available" + library));
            } else {
                chosen = true;
                findings.add(Finding.ok(
                        entry.name(), "available" + library + "; auto takes it, the first that is available"));
            }
        }
        return findings;
    }
}
