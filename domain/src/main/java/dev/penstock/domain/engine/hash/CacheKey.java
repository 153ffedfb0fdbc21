// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.util.OptionalInt;

/**
 * A key of the cache engine in its parts.
 *
 * @param space what it has in common with others
 * @param hash the chunk's hash
 * @param layer which layer it is of, or empty if it is of all
 */
public record CacheKey(CacheKeySpace space, long hash, OptionalInt layer) {
    /** The key as a string. */
    @Override
    public String toString() {
        return layer.isPresent() ? space.layerKey(hash, layer.getAsInt()) : space.key(hash);
    }
}
