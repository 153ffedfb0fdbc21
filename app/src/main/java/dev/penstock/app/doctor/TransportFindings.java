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
            boolean available = entry.problem().isEmpty();
            String text = entry.describe();
            if (available && !chosen) {
                text += "; auto takes it, the first that is available";
            }
            chosen |= available;
            findings.add(available ? Finding.ok(entry.name(), text) : Finding.note(entry.name(), text));
        }
        return findings;
    }
}
