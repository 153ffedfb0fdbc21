// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.Span;
import java.util.Arrays;
import java.util.List;

/** Which pages the pieces of an object are in. */
final class PiecePages {
    private PiecePages() {}

    /**
     * The pages, each once, in ascending order.
     *
     * @throws IllegalArgumentException if a piece is empty or not in the pages, or they don't make up the object's length
     */
    static int[] of(RingGeometry geometry, ObjectMeta meta, List<Span> pieces) {
        long totalBytes = 0;
        int count = 0;
        for (Span piece : pieces) {
            if (!piece.region().equals(geometry.region())
                    || piece.lengthBytes() == 0
                    || piece.endBytes() > geometry.totalBytes()) {
                throw new IllegalArgumentException(
                        "object " + meta.key() + " has a piece that is empty or not in the pages: " + piece);
            }
            totalBytes += piece.lengthBytes();
            count += lastPage(geometry, piece) - firstPage(geometry, piece) + 1;
        }
        if (totalBytes != meta.lengthBytes()) {
            throw new IllegalArgumentException("object " + meta.key() + " of " + meta.lengthBytes()
                    + " bytes has pieces of " + totalBytes + " bytes");
        }
        int[] pages = new int[count];
        int next = 0;
        for (Span piece : pieces) {
            for (int page = firstPage(geometry, piece); page <= lastPage(geometry, piece); page++) {
                pages[next++] = page;
            }
        }
        Arrays.sort(pages);
        return withoutRepetitions(pages);
    }

    private static int firstPage(RingGeometry geometry, Span piece) {
        return (int) (piece.offsetBytes() / geometry.pageBytes());
    }

    private static int lastPage(RingGeometry geometry, Span piece) {
        return (int) ((piece.endBytes() - 1) / geometry.pageBytes());
    }

    private static int[] withoutRepetitions(int[] sorted) {
        int size = 0;
        for (int page : sorted) {
            if (size == 0 || sorted[size - 1] != page) {
                sorted[size++] = page;
            }
        }
        return size == sorted.length ? sorted : Arrays.copyOf(sorted, size);
    }
}
