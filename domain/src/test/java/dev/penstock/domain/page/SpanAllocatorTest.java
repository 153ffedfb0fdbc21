// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanAllocatorTest {
    private static final RegionId REGION = new RegionId(4);

    /** The same, slow: a flag for each byte that somebody has, rounded up to the alignment. */
    private static final class Model {
        final Span memory;
        final boolean[] taken;
        final List<Span> spans = new ArrayList<>();

        Model(Span memory) {
            this.memory = memory;
            this.taken = new boolean[(int) memory.lengthBytes()];
        }

        void mark(Span span, boolean value) {
            int from = (int) (span.offsetBytes() - memory.offsetBytes());
            int to = (int) Math.min(taken.length, from + Alignment.up(span.lengthBytes()));
            for (int i = from; i < to; i++) {
                if (taken[i] == value) {
                    throw new AssertionError(
                            "byte " + i + (value ? " is given twice, with " : " was free before ") + span);
                }
                taken[i] = value;
            }
        }

        /** Where the first run of free bytes begins that is long enough, or -1. */
        long firstFit(long lengthBytes) {
            long run = 0;
            for (int i = 0; i < taken.length; i++) {
                run = taken[i] ? 0 : run + 1;
                if (run == lengthBytes) {
                    return memory.offsetBytes() + i + 1 - run;
                }
            }
            return -1;
        }

        long freeBytes() {
            long free = 0;
            for (boolean byteTaken : taken) {
                free += byteTaken ? 0 : 1;
            }
            return free;
        }
    }

    @Test
    void shouldDoWhatTheModelDoes() {
        for (int run = 0; run < 30; run++) {
            Seeds.run(this::compareWithModel);
        }
    }

    private void compareWithModel(Random random) {
        Span memory = new Span(REGION, random.nextInt(5) * (long) RingGeometry.ALIGNMENT, 1 + random.nextInt(40_000));
        SpanAllocator allocator = new SpanAllocator(memory);
        Model model = new Model(memory);
        int longest = 1 + random.nextInt(10_000);
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(5) < 3) {
                long length = random.nextInt(longest);
                Optional<Span> given = allocator.allocate(length);
                if (length > 0) {
                    assertThat(given.map(Span::offsetBytes).orElse(-1L)).isEqualTo(model.firstFit(length));
                }
                given.ifPresent(span -> {
                    assertThat(span.lengthBytes()).isEqualTo(length);
                    assertThat(span.offsetBytes() % RingGeometry.ALIGNMENT).isZero();
                    model.mark(span, true);
                    model.spans.add(span);
                });
            } else if (!model.spans.isEmpty()) {
                Span span = model.spans.remove(random.nextInt(model.spans.size()));
                allocator.free(span);
                model.mark(span, false);
                if (span.lengthBytes() > 0) {
                    assertThatIllegalArgumentException().isThrownBy(() -> allocator.free(span));
                }
            }
            assertThat(allocator.freeBytes()).isEqualTo(model.freeBytes());
        }
        Collections.shuffle(model.spans, random);
        model.spans.forEach(allocator::free);
        assertThat(allocator.freeBytes()).isEqualTo(allocator.capacityBytes());
        // One run again, not as many bytes in pieces.
        assertThat(allocator.allocate(memory.lengthBytes())).contains(memory);
    }

    @Test
    void shouldRefuseSpansThatItDidNotGive() {
        SpanAllocator allocator = new SpanAllocator(new Span(REGION, 512, 4096));
        Span given = allocator.allocate(300).orElseThrow();

        for (Span other : List.of(
                new Span(REGION, given.offsetBytes(), 299),
                new Span(REGION, given.offsetBytes(), 512),
                new Span(REGION, given.offsetBytes() + 256, 44),
                new Span(REGION, 0, 300),
                new Span(new RegionId(5), given.offsetBytes(), 300))) {
            assertThatIllegalArgumentException().isThrownBy(() -> allocator.free(other));
        }
        assertThat(allocator.freeBytes()).isEqualTo(4096 - 512);
        allocator.free(given);
        assertThat(allocator.freeBytes()).isEqualTo(4096);
    }

    @Test
    void shouldRefuseMemoryThatBeginsUnalignedAndNegativeLengths() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SpanAllocator(new Span(REGION, 128, 4096)));
        SpanAllocator allocator = new SpanAllocator(new Span(REGION, 0, 4096));
        assertThatIllegalArgumentException().isThrownBy(() -> allocator.allocate(-1));
        assertThat(allocator.allocate(4097)).isEmpty();
        assertThat(allocator.allocate(Long.MAX_VALUE)).isEmpty();
        assertThat(new SpanAllocator(new Span(REGION, 0, 0)).allocate(1)).isEmpty();
    }
}
