// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import java.util.List;

/**
 * A paged KV cache in memory: its layout and where each layer is.
 *
 * @param layout the shape
 * @param layers one span per layer, each of {@link PagedKvLayout#layerBytes()} bytes
 */
public record PagedKv(PagedKvLayout layout, List<Span> layers) {
    /** Checks that the spans fit the layout. */
    public PagedKv {
        layers = List.copyOf(layers);
        if (layers.size() != layout.layers()) {
            throw new IllegalArgumentException(layers.size() + " spans for " + layout.layers() + " layers");
        }
        for (Span layer : layers) {
            if (layer.lengthBytes() != layout.layerBytes()) {
                throw new IllegalArgumentException(
                        "a layer needs " + layout.layerBytes() + " bytes, the span has " + layer.lengthBytes());
            }
        }
    }
}
