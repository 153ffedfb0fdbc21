// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Where the rows of a chunk lie in its paged cache, found out by the definition. */
final class PagedRows {
    private PagedRows() {}

    interface Visitor {
        void visit(int row, Span place);
    }

    /** A cache of its own for one chunk, whose tokens lie anywhere in it. */
    static PagedChunk allocate(Memory memory, Random random, PagedKvLayout layout, ChunkLayout order, int tokens) {
        Region region = memory.allocate(layout.layers() * layout.layerBytes());
        List<Span> layers = new ArrayList<>();
        for (int layer = 0; layer < layout.layers(); layer++) {
            layers.add(region.span().slice(layer * layout.layerBytes(), layout.layerBytes()));
        }
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < layout.tokenSlots(); slot++) {
            slots.add(slot);
        }
        Collections.shuffle(slots, random);
        int[] mapping = slots.stream().mapToInt(Integer::intValue).toArray();
        return new PagedChunk(
                new PagedKv(layout, layers), 0, layout.layers(), order, mapping, mapping.length - tokens, tokens);
    }

    static void each(PagedChunk chunk, Visitor visitor) {
        PagedKvLayout layout = chunk.cache().layout();
        int planes = layout.planes();
        for (int layer = 0; layer < chunk.layerCount(); layer++) {
            for (int plane = 0; plane < planes; plane++) {
                int pair = chunk.layout() == ChunkLayout.LAYERS_FIRST
                        ? layer * planes + plane
                        : plane * chunk.layerCount() + layer;
                for (int token = 0; token < chunk.tokens(); token++) {
                    int slot = chunk.slotMapping()[chunk.firstToken() + token];
                    Span place = chunk.cache().layers().get(chunk.firstLayer() + layer);
                    visitor.visit(
                            pair * chunk.tokens() + token,
                            place.slice(
                                    plane * layout.planeBytes() + (long) slot * layout.rowBytes(), layout.rowBytes()));
                }
            }
        }
    }
}
