// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of an arriving object that stay in one page, side by side, and a link to those behind them. Most objects have one: a
 * chain costs them nothing but the link.
 */
final class HeldPiece {
    private static final int NO_PAGE = -1;

    private final int page;
    private final RegionId region;
    private final long offsetBytes;
    private long lengthBytes;
    private @Nullable HeldPiece next;

    HeldPiece(int page, RegionId region, long offsetBytes, long lengthBytes) {
        this.page = page;
        this.region = region;
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
    }

    /** Adds what comes behind this last piece of a chain. Returns the chain's last piece, this or a new one. */
    HeldPiece append(int toPage, RegionId inRegion, long atOffset, long bytes) {
        if (isIn(toPage) && endBytes() == atOffset) {
            lengthBytes += bytes;
            return this;
        }
        HeldPiece appended = new HeldPiece(toPage, inRegion, atOffset, bytes);
        next = appended;
        return appended;
    }

    boolean isIn(int thePage) {
        return page == thePage;
    }

    private long endBytes() {
        return offsetBytes + lengthBytes;
    }

    /** The pieces from this one on in order, those that lie side by side as one. */
    List<Span> spans() {
        List<Span> spans = new ArrayList<>();
        HeldPiece first = this;
        HeldPiece last = this;
        for (HeldPiece piece = next; piece != null; piece = piece.next) {
            if (piece.offsetBytes != last.endBytes()) {
                spans.add(first.spanTo(last));
                first = piece;
            }
            last = piece;
        }
        spans.add(first.spanTo(last));
        return List.copyOf(spans);
    }

    private Span spanTo(HeldPiece last) {
        return new Span(region, offsetBytes, last.endBytes() - offsetBytes);
    }

    /** Tells the pages of the pieces from this one on, each once. */
    void forEachPage(IntConsumer visitor) {
        int before = NO_PAGE;
        for (HeldPiece piece = this; piece != null; piece = piece.next) {
            if (piece.page != before) {
                visitor.accept(piece.page);
                before = piece.page;
            }
        }
    }
}
