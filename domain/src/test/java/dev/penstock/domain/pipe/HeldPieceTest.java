// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldPieceTest {
    private static final RegionId RING = new RegionId(7);

    private final HeldPiece first = new HeldPiece(2, RING, 1024, 256);

    @Test
    void shouldBeOneWhilePiecesLieSideBySideInAPage() {
        assertThat(first.append(2, RING, 1280, 512)).isSameAs(first);

        assertThat(first.spans()).containsExactly(new Span(RING, 1024, 768));
        assertThat(pages()).containsExactly(2);
    }

    @Test
    void shouldTellNeighboursInTwoPagesAsOneSpan() {
        first.append(3, RING, 1280, 256);

        assertThat(first.spans()).containsExactly(new Span(RING, 1024, 512));
        assertThat(pages()).containsExactly(2, 3);
    }

    @Test
    void shouldKeepTheOrderOfPiecesThatLieApart() {
        HeldPiece last = first.append(5, RING, 8192, 256);
        last = last.append(5, RING, 8704, 256);
        last.append(1, RING, 0, 100);

        assertThat(first.spans())
                .containsExactly(
                        new Span(RING, 1024, 256),
                        new Span(RING, 8192, 256),
                        new Span(RING, 8704, 256),
                        new Span(RING, 0, 100));
        assertThat(pages()).containsExactly(2, 5, 1);
    }

    private List<Integer> pages() {
        List<Integer> pages = new ArrayList<>();
        first.forEachPage(pages::add);
        return pages;
    }
}
