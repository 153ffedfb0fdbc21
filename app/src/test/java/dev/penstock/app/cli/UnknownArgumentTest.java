// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class UnknownArgumentTest {
    @Test
    void shouldCountMistakes() {
        assertThat(UnknownArgument.distance("--port", "--port")).isZero();
        assertThat(UnknownArgument.distance("--prot", "--port")).isEqualTo(2);
        assertThat(UnknownArgument.distance("", "abc")).isEqualTo(3);
        assertThat(UnknownArgument.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void shouldSuggestOnlyWhatIsNear() {
        Set<String> known = Set.of("--port", "--host", "--num-rounds");

        assertThat(UnknownArgument.nearest("--num-round", known)).contains("--num-rounds");
        assertThat(UnknownArgument.nearest("--verbose", known)).isEmpty();
    }
}
