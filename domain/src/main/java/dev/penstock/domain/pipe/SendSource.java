// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Span;
import java.util.Objects;

/** Where the bytes of an object to send are. */
public sealed interface SendSource {
    /** How many bytes the object has. */
    long lengthBytes();

    /**
     * Checks that the source is within its regions.
     *
     * @throws IllegalArgumentException if it is not
     */
    void check(Memory memory);

    private static void checkSpan(Span span, Memory memory) {
        long regionBytes = memory.region(span.region()).lengthBytes();
        if (span.endBytes() > regionBytes) {
            throw new IllegalArgumentException(span + " is not within its region of " + regionBytes + " bytes");
        }
    }

    /** Copied into a slot; free again as soon as that is done. */
    record Copied(Span span) implements SendSource {
        @Override
        public long lengthBytes() {
            return span.lengthBytes();
        }

        @Override
        public void check(Memory memory) {
            checkSpan(span, memory);
        }
    }

    /**
     * Written from where it is, without staging; free again when its writes are terminal. The region must be registered
     * with the transport. Where both sides share memory this is the same as {@link Copied}.
     */
    record Registered(Span span) implements SendSource {
        @Override
        public long lengthBytes() {
            return span.lengthBytes();
        }

        @Override
        public void check(Memory memory) {
            checkSpan(span, memory);
        }
    }

    /**
     * Gathered from a paged KV cache straight into a slot: one chunk object of {@code layerCount} layers and
     * {@code tokens} tokens. The slot mapping is not copied and must stay as it is until the source is released.
     */
    record Gathered(
            PagedKv cache,
            int firstLayer,
            int layerCount,
            ChunkLayout layout,
            int[] slotMapping,
            int firstToken,
            int tokens)
            implements SendSource {
        /** Checks the ranges. */
        public Gathered {
            Objects.checkFromIndexSize(firstLayer, layerCount, cache.layout().layers());
            Objects.checkFromIndexSize(firstToken, tokens, slotMapping.length);
        }

        @Override
        public long lengthBytes() {
            return cache.layout().chunkBytes(layerCount, tokens);
        }

        @Override
        public void check(Memory memory) {
            for (int layer = firstLayer; layer < firstLayer + layerCount; layer++) {
                checkSpan(cache.layers().get(layer), memory);
            }
            for (int token = firstToken; token < firstToken + tokens; token++) {
                if (slotMapping[token] < -1 || slotMapping[token] >= cache.layout().tokenSlots()) {
                    throw new IllegalArgumentException("slot mapping entry " + slotMapping[token] + " of token " + token
                            + " is not within the " + cache.layout().tokenSlots() + " slots of the cache");
                }
            }
        }

        PagedPiece piece(long objectOffset, Span dense) {
            int rowBytes = cache.layout().rowBytes();
            return new PagedPiece(
                    cache,
                    firstLayer,
                    layerCount,
                    layout,
                    slotMapping,
                    firstToken,
                    tokens,
                    Math.toIntExact(objectOffset / rowBytes),
                    Math.toIntExact(dense.lengthBytes() / rowBytes),
                    dense);
        }
    }
}
