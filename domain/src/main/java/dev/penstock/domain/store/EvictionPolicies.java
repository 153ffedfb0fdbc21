// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

/** The eviction policies by their names. */
public final class EvictionPolicies {
    private EvictionPolicies() {}

    /**
     * A new policy of that name.
     *
     * @throws IllegalArgumentException listing the names, if it is none of them
     */
    public static EvictionPolicy parse(String name) {
        return switch (name) {
            case Lru.NAME -> new Lru();
            case Lfu.NAME -> new Lfu();
            case Fifo.NAME -> new Fifo();
            default ->
                throw new IllegalArgumentException("'" + name + "' is no eviction policy; known are " + Lru.NAME + ", "
                        + Lfu.NAME + " and " + Fifo.NAME);
        };
    }
}
