// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.transport.KvTransport;
import java.util.List;

/** Where the bytes of an object to send are. */
public sealed interface SendSource {
    /** How many bytes the object has. */
    long lengthBytes();

    /**
     * Checks that the source is within its regions, and that the transport can read it where it must.
     *
     * @throws IllegalArgumentException if it is not
     */
    void check(Memory memory, KvTransport transport);

    /** All pieces of the object but the last one are a multiple of this many bytes long. */
    default long granularity() {
        return RingGeometry.ALIGNMENT;
    }

    /**
     * The bytes from {@code objectOffset} on, as far as they lie in one run of memory.
     *
     * @throws UnsupportedOperationException if the source is not dense memory
     */
    default Span from(long objectOffset) {
        throw new UnsupportedOperationException("the source is not dense memory");
    }

    private static void checkSpan(Span span, Memory memory) {
        long regionBytes = memory.region(span.region()).lengthBytes();
        if (span.endBytes() > regionBytes) {
            throw new IllegalArgumentException(span + " is not within its region of " + regionBytes + " bytes");
        }
    }

    private static void checkGranularity(long granularity) {
        if (granularity <= 0 || granularity % RingGeometry.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "granularity " + granularity + " is no multiple of " + RingGeometry.ALIGNMENT);
        }
    }

    /**
     * Copied into a slot; free again as soon as that is done.
     *
     * @param span the object's bytes
     * @param granularity the object is cut at multiples of this many bytes alone; a multiple of
     *     {@link RingGeometry#ALIGNMENT}
     */
    record Copied(Span span, long granularity) implements SendSource {
        /** An object that may be cut anywhere. */
        public Copied(Span span) {
            this(span, RingGeometry.ALIGNMENT);
        }

        /** Checks the granularity. */
        public Copied {
            checkGranularity(granularity);
        }

        @Override
        public long lengthBytes() {
            return span.lengthBytes();
        }

        @Override
        public void check(Memory memory, KvTransport transport) {
            checkSpan(span, memory);
        }

        @Override
        public Span from(long objectOffset) {
            return span.slice(objectOffset, span.lengthBytes() - objectOffset);
        }
    }

    /**
     * Written from where it is, without staging; free again when its writes are terminal. The regions must be registered
     * with the transport, and stay so until then. Where both sides share memory this is the same as {@link Copied}.
     *
     * @param pieces the object's bytes in order; all but the last piece are a multiple of {@code granularity} bytes long
     * @param granularity the object is cut at multiples of this many bytes alone; a multiple of
     *     {@link RingGeometry#ALIGNMENT}
     */
    record Registered(List<Span> pieces, long granularity) implements SendSource {
        /** An object that may be cut anywhere. */
        public Registered(List<Span> pieces) {
            this(pieces, RingGeometry.ALIGNMENT);
        }

        /** An object in one piece, which may be cut anywhere. */
        public Registered(Span span) {
            this(List.of(span));
        }

        /** Checks the lengths. */
        public Registered {
            pieces = List.copyOf(pieces);
            if (pieces.isEmpty()) {
                throw new IllegalArgumentException("an object of no pieces");
            }
            checkGranularity(granularity);
            for (Span piece : pieces.subList(0, pieces.size() - 1)) {
                if (piece.lengthBytes() == 0 || piece.lengthBytes() % granularity != 0) {
                    throw new IllegalArgumentException(
                            piece + " is not the last piece and not a multiple of " + granularity + " bytes long");
                }
            }
        }

        @Override
        public long lengthBytes() {
            long bytes = 0;
            for (Span piece : pieces) {
                bytes += piece.lengthBytes();
            }
            return bytes;
        }

        @Override
        public void check(Memory memory, KvTransport transport) {
            for (Span piece : pieces) {
                checkSpan(piece, memory);
                if (!transport.isRegistered(piece.region())) {
                    throw new IllegalArgumentException(
                            "region " + piece.region().value()
                                    + " is not registered with the transport " + transport.name()
                                    + ": register it before sending from it, or let it be copied");
                }
            }
        }

        @Override
        public Span from(long objectOffset) {
            long rest = objectOffset;
            for (Span piece : pieces) {
                if (rest < piece.lengthBytes()) {
                    return piece.slice(rest, piece.lengthBytes() - rest);
                }
                rest -= piece.lengthBytes();
            }
            return pieces.get(pieces.size() - 1)
                    .slice(pieces.get(pieces.size() - 1).lengthBytes(), 0);
        }
    }

    /**
     * Gathered from a paged KV cache straight into a slot. The slot mapping is not copied and must stay as it is until the
     * source is released.
     */
    record Gathered(PagedChunk chunk) implements SendSource {
        @Override
        public long lengthBytes() {
            return chunk.lengthBytes();
        }

        @Override
        public void check(Memory memory, KvTransport transport) {
            for (int layer = 0; layer < chunk.layerCount(); layer++) {
                checkSpan(chunk.cache().layers().get(chunk.firstLayer() + layer), memory);
            }
            chunk.checkSlots();
        }

        @Override
        public long granularity() {
            return Alignment.leastCommonMultiple(chunk.rowBytes());
        }
    }
}
