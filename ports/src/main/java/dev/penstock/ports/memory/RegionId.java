// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/**
 * Names a region within the node that owns it. Never reused by that node, so that a late message about a freed region
 * can't mean another one.
 *
 * @param value positive
 */
public record RegionId(int value) {
    /** Checks the value. */
    public RegionId {
        if (value <= 0) {
            throw new IllegalArgumentException("a region id is positive, not " + value);
        }
    }
}
