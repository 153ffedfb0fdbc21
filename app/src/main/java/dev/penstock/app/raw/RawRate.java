// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How fast one process does one kind of work in a plain loop, in GiB of payload per second.
 *
 * @param work the work
 * @param alone while the other role's processes wait
 * @param together while they do their own work, as they do in a transfer
 */
public record RawRate(RawWork work, double alone, double together) {
    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("work", work.label());
        map.put("alone_gib_per_second", alone);
        map.put("together_gib_per_second", together);
        return map;
    }

    /** What {@link #toMap} made. */
    public static RawRate of(String work, double alone, double together) {
        return new RawRate(RawWork.valueOf(work.toUpperCase(Locale.ROOT)), alone, together);
    }
}
