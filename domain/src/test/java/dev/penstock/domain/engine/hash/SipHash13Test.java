// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SipHash13Test {
    @Test
    void shouldEqualCpythonForAllTailLengths() {
        // PYTHONHASHSEED=0 python3.11 -c "print(*[hash('abcdefghijklmnopq'[:n]) for n in range(1, 18)])"
        long[] expected = {
            4644417185603328019L,
            6148830537548944441L,
            -4594863902769663758L,
            -2030606670787596663L,
            2674923165546153122L,
            7070790388344807208L,
            7904145750247929094L,
            4574395652268504554L,
            -532774252720507163L,
            -829746140550000655L,
            1450545860578130900L,
            -8996131201539021375L,
            -7689147164244908826L,
            -162833645092072998L,
            2293029479765367930L,
            -7712962755478248686L,
            7044894726457044172L
        };
        String text = "abcdefghijklmnopq";
        for (int length = 1; length <= text.length(); length++) {
            byte[] bytes = text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
            assertThat(SipHash13.hash(0, 0, bytes)).as("%d bytes", length).isEqualTo(expected[length - 1]);
        }
    }
}
