// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.transport.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyBlocksTest {
    @Test
    void shouldKeepEveryPartWithinWhatACallTakes() {
        for (int run = 0; run < 5; run++) {
            Seeds.run(random -> {
                List<String> keys = new ArrayList<>();
                int longest = 1 + random.nextInt(1300);
                for (int count = random.nextInt(40_000); count > 0; count--) {
                    keys.add((random.nextBoolean() ? "\u4E2D" : "k").repeat(1 + random.nextInt(longest)));
                }
                List<List<String>> blocks = KeyBlocks.of(keys);
                List<String> joined = new ArrayList<>();
                for (List<String> block : blocks) {
                    joined.addAll(block);
                    long bytes = 32;
                    for (String key : block) {
                        bytes += key.getBytes(StandardCharsets.UTF_8).length + 3;
                    }
                    assertThat(bytes).isLessThanOrEqualTo(ControlPlane.MAX_MESSAGE_BYTES);
                    assertThat(block.size()).isBetween(keys.isEmpty() ? 0 : 1, BackendCall.MAX_KEYS);
                }
                assertThat(joined).isEqualTo(keys);
            });
        }
    }

    @Test
    void shouldKeepFewKeysTogether() {
        assertThat(KeyBlocks.of(List.of())).containsExactly(List.of());
        List<String> most = Collections.nCopies(BackendCall.MAX_KEYS, "key");
        assertThat(KeyBlocks.of(most)).containsExactly(most);
    }

    @Test
    void shouldRefuseWhatCanNotBeAKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyBlocks.of(List.of("key", "")));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyBlocks.of(List.of("k".repeat(4097))));
    }
}
