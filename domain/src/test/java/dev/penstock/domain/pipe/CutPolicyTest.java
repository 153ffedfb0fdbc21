// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.control.RingGeometry;
import dev.penstock.transport.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutPolicyTest {
    private static final long MIB = 1 << 20;

    @Test
    void shouldCutPagesIntoAlignedPartsThatAreNeitherEmptyNorTooLong() {
        Seeds.run(random -> {
            for (int round = 0; round < 5000; round++) {
                long pageBytes = RingGeometry.ALIGNMENT * (1 + random.nextLong(1L << random.nextInt(32)));
                long minimum = 1 + random.nextLong(random.nextBoolean() ? 2 * pageBytes : 1000);
                CutPolicy cuts = new CutPolicy(pageBytes, minimum);
                for (int i = random.nextInt(70); i > 0; i--) {
                    cuts.partSealed(random.nextLong(pageBytes + 1));
                }

                long bytes =
                        cuts.nextPartBytes(random.nextLong(4 * pageBytes), random.nextBoolean(), random.nextBoolean());

                assertThat(bytes).isBetween((long) RingGeometry.ALIGNMENT, pageBytes);
                assertThat(bytes % RingGeometry.ALIGNMENT).isZero();
            }
        });
    }

    @Test
    void shouldBeginABurstFineAndDoubleUpToAPage() {
        CutPolicy cuts = new CutPolicy(16 * MIB, MIB);

        assertThat(parts(cuts, 1000 * MIB).subList(0, 6))
                .containsExactly(3 * MIB / 2, 3 * MIB, 6 * MIB, 12 * MIB, 16 * MIB, 16 * MIB);
    }

    @Test
    void shouldBeginAShortBurstFinerStill() {
        CutPolicy cuts = new CutPolicy(16 * MIB, MIB);

        assertThat(parts(cuts, 2 * MIB)).containsExactly(MIB, MIB);
        cuts.burstEnded();
        assertThat(parts(cuts, 3 * MIB)).startsWith(MIB);
        cuts.burstEnded();
        assertThat(parts(cuts, 4 * MIB)).startsWith(3 * MIB / 2);
    }

    @Test
    void shouldDoubleWhatWasWrittenAndNotHowOften() {
        CutPolicy cuts = new CutPolicy(128 * MIB, 16 * MIB);

        cuts.partSealed(16 * MIB);
        cuts.partSealed(32 * MIB);
        // Cut by its page's end.
        cuts.partSealed(8 * MIB);

        assertThat(cuts.nextPartBytes(1000 * MIB, false, true)).isEqualTo(64 * MIB);
    }

    @Test
    void shouldEndABurstFine() {
        CutPolicy cuts = new CutPolicy(16 * MIB, MIB);

        List<Long> parts = parts(cuts, 200 * MIB);

        assertThat(parts.get(parts.size() - 1)).isLessThanOrEqualTo(MIB);
        assertThat(parts.get(parts.size() - 3)).isLessThan(8 * MIB);
        assertThat(parts.stream().mapToLong(Long::longValue).sum()).isEqualTo(200 * MIB);
    }

    @Test
    void shouldNotEndABurstFineThatGrows() {
        CutPolicy cuts = new CutPolicy(16 * MIB, MIB);
        cuts.partSealed(4 * MIB);

        assertThat(cuts.nextPartBytes(6 * MIB, false, true)).isEqualTo(3 * MIB);
        assertThat(cuts.nextPartBytes(6 * MIB, true, true)).isEqualTo(8 * MIB);
    }

    @Test
    void shouldNotBeginFineWhereNothingHasToBeFilled() {
        CutPolicy cuts = new CutPolicy(16 * MIB, MIB);

        assertThat(cuts.nextPartBytes(1000 * MIB, false, false)).isEqualTo(16 * MIB);
        assertThat(cuts.nextPartBytes(12 * MIB, false, false))
                .as("the end of a burst")
                .isEqualTo(6 * MIB);
    }

    @Test
    void shouldBeginFineAgainAfterABurst() {
        CutPolicy cuts = new CutPolicy(16 * MIB, MIB);
        parts(cuts, 200 * MIB);

        cuts.burstEnded();

        assertThat(cuts.nextPartBytes(1000 * MIB, false, true)).isEqualTo(3 * MIB / 2);
    }

    @Test
    void shouldNotCutAtAllIfAPageIsTheMinimum() {
        CutPolicy cuts = new CutPolicy(MIB, 5 * MIB);

        assertThat(parts(cuts, 10 * MIB)).containsOnly(MIB);
    }

    private static List<Long> parts(CutPolicy cuts, long bytes) {
        List<Long> parts = new ArrayList<>();
        for (long left = bytes; left > 0; ) {
            long part = Math.min(left, cuts.nextPartBytes(left, false, true));
            cuts.partSealed(part);
            parts.add(part);
            left -= part;
        }
        return parts;
    }
}
