// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.PatternRows;
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
        int longest = 1 + random.nextInt(random.nextBoolean() ? 40 : 3000);
        int count = 1 + random.nextInt(30);
        byte[] expected = MemoryHarness.randomBytes(random, count * (longest + 20));
        Region region = harness.regionOf(expected);
        PatternRows rows = new PatternRows(count + random.nextInt(2));
        // From the region's end to its start: a row's place in memory says nothing about its place in the list.
        int end = expected.length;
        for (int row = 0; row < count; row++) {
            int length = random.nextInt(longest + 1);
            int offset = end - length - random.nextInt(20);
            end = offset;
            rows.add(region.id(), offset, length, random.nextLong());
            for (int i = 0; i < length; i++) {
                expected[offset + i] = (byte) (Pattern.word(rows.seed(row), i / 8) >>> (i % 8 * 8));
            }
        }

        pattern.fill(rows);

        assertThat(harness.read(region)).isEqualTo(expected);
        assertThat(pattern.firstWrongRow(rows)).isEqualTo(-1);
        int first = damageSomeRows(random, rows, expected);
        harness.write(region, 0, expected);
        assertThat(pattern.firstWrongRow(rows)).isEqualTo(first);
        harness.memory().free(region.id());
    }

    /** Returns the first one. */
    private static int damageSomeRows(Random random, PatternRows rows, byte[] bytes) {
        int first = -1;
        for (int row = rows.size() - 1; row >= 0; row--) {
            if (rows.lengthBytes(row) > 0 && random.nextInt(3) == 0) {
                bytes[(int) rows.offsetBytes(row) + random.nextInt((int) rows.lengthBytes(row))] ^= 1;
                first = row;
            }
        }
        return first;
    }

    @Test
    void shouldFillAndCheckRowsThatAreLongerThanADeviceTakesAtOnce() {
        Region region = harness.memory().allocate(1 << 20);
        Span here = region.span().slice(3, (1 << 20) - 3);
        PatternRows rows = new PatternRows(2);
        rows.add(region.span().slice(0, 3), 1);
        rows.add(here, 2);

        pattern.fill(rows);

        assertThat(pattern.firstMismatch(here, 2)).isEqualTo(-1);
        assertThat(pattern.firstWrongRow(rows)).isEqualTo(-1);
        pattern.fill(region.span().slice((1 << 20) - 1, 1), 3);
        assertThat(pattern.firstMismatch(here, 2)).isEqualTo(here.lengthBytes() - 1);
        assertThat(pattern.firstWrongRow(rows)).isEqualTo(1);
    }

    @Test
    void shouldRejectRowsOutsideTheirRegion() {
        Region region = harness.regionOf(new byte[100]);
        PatternRows rows = new PatternRows(1);
        rows.add(region.id(), 91, 10, 0);

        assertThatIllegalArgumentException().isThrownBy(() -> pattern.fill(rows));
        assertThatIllegalArgumentException().isThrownBy(() -> pattern.firstWrongRow(rows));
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
