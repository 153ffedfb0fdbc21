// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link KvPattern} must do. A subclass names the implementation. */
public abstract class KvPatternContract {
    private static final int SPANS = 60;

    private MemoryHarness harness;
    private KvPattern pattern;

    /** For subclasses. */
    protected KvPatternContract() {}

    /** A new memory; the contract closes it. */
    protected abstract Memory memory();

    /** A pattern in regions of this memory. */
    protected abstract KvPattern pattern(Memory memory);

    @BeforeEach
    void open() {
        harness = new MemoryHarness(memory());
        pattern = pattern(harness.memory());
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldFillAndCheckSpansOfAnyShape() {
        for (int i = 0; i < SPANS; i++) {
            Seeds.run(this::fillAndCheck);
        }
    }

    private void fillAndCheck(Random random) {
        int length = random.nextInt(random.nextBoolean() ? 40 : 100_000);
        int before = random.nextInt(40);
        byte[] expected = MemoryHarness.randomBytes(random, before + length + 1 + random.nextInt(40));
        Region region = harness.regionOf(expected);
        Span span = region.span().slice(before, length);
        long seed = random.nextLong();

        pattern.fill(span, seed);

        for (int i = 0; i < length; i++) {
            expected[before + i] = (byte) (Pattern.word(seed, i / 8) >>> (i % 8 * 8));
        }
        assertThat(harness.read(region)).isEqualTo(expected);
        assertThat(pattern.firstMismatch(span, seed)).isEqualTo(-1);
        if (length > 0) {
            int wrong = random.nextInt(length);
            expected[before + wrong] ^= (byte) (1 << random.nextInt(8));
            harness.write(region, 0, expected);
            assertThat(pattern.firstMismatch(span, seed)).isEqualTo(wrong);
        }
        harness.memory().free(region.id());
    }

    @Test
    void shouldNoticeAnotherSeedAndAnotherPlace() {
        Region region = harness.memory().allocate(1 << 20);
        pattern.fill(region.span(), 5);

        assertThat(pattern.firstMismatch(region.span(), 6)).isBetween(0L, 7L);
        assertThat(pattern.firstMismatch(region.span().slice(4096, 4096), 5)).isBetween(0L, 7L);
    }

    @Test
    void shouldCheckALaterPartOfAPattern() {
        Region region = harness.memory().allocate(1 << 20);
        pattern.fill(region.span(), 5);

        assertThat(pattern.firstMismatch(region.span().slice(4096, 100), 5, 4096))
                .isEqualTo(-1);
        assertThat(pattern.firstMismatch(region.span().slice(4096, 100), 5, 4104))
                .isBetween(0L, 7L);
        assertThatIllegalArgumentException().isThrownBy(() -> pattern.firstMismatch(region.span(), 5, 4));
    }

    @Test
    void shouldFillAndCheckManyRowsAtOnce() {
        for (int i = 0; i < SPANS; i++) {
            Seeds.run(this::fillAndCheckRows);
        }
    }

    private void fillAndCheckRows(Random random) {
        int rowBytes = 1 + random.nextInt(random.nextBoolean() ? 40 : 3000);
        int count = 1 + random.nextInt(30);
        int stride = rowBytes + random.nextInt(20);
        byte[] expected = MemoryHarness.randomBytes(random, count * stride);
        Region region = harness.regionOf(expected);
        long[] offsets = new long[count + 1];
        long[] seeds = new long[count + 1];
        for (int row = 0; row < count; row++) {
            // In falling order: a row's place in memory says nothing about its place in the arrays.
            offsets[row] = (long) (count - 1 - row) * stride;
            seeds[row] = random.nextLong();
            for (int i = 0; i < rowBytes; i++) {
                expected[(int) offsets[row] + i] = (byte) (Pattern.word(seeds[row], i / 8) >>> (i % 8 * 8));
            }
        }
        offsets[count] = Long.MAX_VALUE;

        pattern.fillRows(region.id(), rowBytes, offsets, seeds, count);

        assertThat(harness.read(region)).isEqualTo(expected);
        assertThat(pattern.firstMismatchInRows(region.id(), rowBytes, offsets, seeds, count))
                .isEqualTo(-1);
        int row = random.nextInt(count);
        int wrong = random.nextInt(rowBytes);
        expected[(int) offsets[row] + wrong] ^= 1;
        harness.write(region, 0, expected);
        assertThat(pattern.firstMismatchInRows(region.id(), rowBytes, offsets, seeds, count))
                .isEqualTo((long) row * rowBytes + wrong);
        harness.memory().free(region.id());
    }

    @Test
    void shouldRejectRowsOutsideTheirRegion() {
        Region region = harness.regionOf(new byte[100]);
        long[] outside = {91};

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pattern.fillRows(region.id(), 10, outside, new long[1], 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pattern.firstMismatchInRows(region.id(), 10, outside, new long[1], 1));
        assertThat(harness.read(region)).containsOnly(0);
    }

    @Test
    void shouldRejectASpanOutsideItsRegion() {
        Region region = harness.regionOf(new byte[100]);
        Span outside = new Span(region.id(), 90, 11);

        assertThatIllegalArgumentException().isThrownBy(() -> pattern.fill(outside, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> pattern.firstMismatch(outside, 1));
        assertThat(harness.read(region)).containsOnly(0);
    }
}
