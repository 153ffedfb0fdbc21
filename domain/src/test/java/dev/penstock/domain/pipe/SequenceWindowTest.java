// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.testkit.Seeds;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SequenceWindowTest {
    /** The model remembers everything. */
    @Test
    void shouldAgreeWithASetOfAllThatWasSeen() {
        Seeds.run(random -> {
            for (int round = 0; round < 20; round++) {
                int span = 1 + random.nextInt(40);
                SequenceWindow window = new SequenceWindow(span);
                Set<Long> seen = new HashSet<>();
                long lowest = 1;
                for (int i = 0; i < 2000; i++) {
                    long sequence = lowest - 3 + random.nextInt(span + 6);
                    if (sequence <= 0 || sequence >= lowest + span) {
                        assertThatExceptionOfType(KvTransferException.class)
                                .isThrownBy(() -> window.add(sequence))
                                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
                        continue;
                    }
                    assertThat(window.add(sequence)).isEqualTo(seen.add(sequence));
                    while (seen.contains(lowest)) {
                        lowest++;
                    }
                    assertThat(window.lowestMissing()).isEqualTo(lowest);
                }
            }
        });
    }

    @Test
    void shouldRefuseWhatIsFarAheadWithoutRemembering() {
        SequenceWindow window = new SequenceWindow(SequenceWindow.PARTS);

        for (long sequence : new long[] {0, -1, Long.MIN_VALUE, 1 + SequenceWindow.PARTS, Long.MAX_VALUE}) {
            assertThatExceptionOfType(KvTransferException.class).isThrownBy(() -> window.add(sequence));
        }
        assertThat(window.add(SequenceWindow.PARTS)).isTrue();
        assertThat(window.lowestMissing()).isEqualTo(1);
    }
}
