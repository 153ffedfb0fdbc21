// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.Region;

/** A region of this node that NIXL knows, and how many writes under way read from it. */
final class Registration {
    private final Region region;
    private int uses;

    Registration(Region region) {
        this.region = region;
    }

    Region region() {
        return region;
    }

    void use() {
        uses++;
    }

    void unuse() {
        uses--;
    }

    boolean inUse() {
        return uses > 0;
    }
}
